#define _GNU_SOURCE
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zygote.h"

enum { CONNECT_MS = 10000 };

/* Puts `with` in the place of `fd`, with its status flags and close-on-exec. */
static bool put(int fd, int with) {
  const int flags = fcntl(fd, F_GETFD);
  const int status = fcntl(fd, F_GETFL);
  return flags >= 0 && status >= 0 && fcntl(with, F_SETFL, status) == 0 &&
         dup3(with, fd, (flags & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) == fd;
}

/* The same with one that is made for it. */
static bool replace(int fd, int with) {
  if (with < 0) return false;
  const bool is_done = put(fd, with);
  close(with);
  return is_done;
}

/* The end of a connection whose other end is gone. */
static int closed_connection(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  close(ends[1]);
  return ends[0];
}

/* The end of a connection that was made through a listener is replaced later, when there is another. */
static bool take_one(const struct descriptor *one, const int *handed) {
  switch (one->kind) {
    case OWN_FILE:
    case LISTENER: return put(one->fd, handed[one->place]);
    case FIRST_MONITOR: return replace(one->fd, closed_connection());
    case EVENTFD: return replace(one->fd, eventfd(one->count, EFD_CLOEXEC));
    case EPOLL: return replace(one->fd, epoll_create1(EPOLL_CLOEXEC));
    case CONNECTION: return true;
  }
  return false;
}

static bool accept_instead_of(int connection, int listener) {
  struct pollfd wanted = {.fd = listener, .events = POLLIN};
  const int ready = poll(&wanted, 1, CONNECT_MS);
  if (ready == 0) errno = ETIMEDOUT;
  return ready == 1 && replace(connection, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

static bool reconnect(const int *handed, char *reason) {
  for (int index = 0; index < inventory.length; ++index) {
    const struct descriptor *one = &inventory.all[index];
    if (one->kind != CONNECTION || accept_instead_of(one->fd, handed[one->place])) continue;
    return explain(reason, one->place == AGENT ? "agent.sock" : "qmp.sock"), false;
  }
  return true;
}

bool take_descriptors(const int *handed, void (*listening)(void *), void *context, char *reason) {
  if (fchdir(handed[VIEW]) != 0) return explain(reason, "fchdir"), false;
  for (int index = 0; index < inventory.length; ++index) {
    if (take_one(&inventory.all[index], handed)) continue;
    explain(reason, "descriptor ");
    append_number(reason, REASON_BYTES, inventory.all[index].fd);
    return false;
  }
  listening(context);
  if (!reconnect(handed, reason)) return false;
  for (int index = 0; index < HANDED; ++index) close(handed[index]);
  return true;
}
