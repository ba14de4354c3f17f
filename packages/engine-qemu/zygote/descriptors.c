#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 1024, CONNECT_MS = 10000 };

/*
 * What a descriptor is, as the zygote sees it: a copy cannot look it up, since /proc/self is the zygote's there. A file
 * or a socket that was handed over is told by its place among these.
 */
enum kind { OWN_FILE, LISTENER, CONNECTION, OTHER_SOCKET, EVENTFD, EPOLL };

struct descriptor {
  int fd;
  enum kind kind;
  int place;
  unsigned count;
};

static struct descriptor table[MOST_DESCRIPTORS];
static int table_length;

/* By which the zygote has what is replaced. */
static const struct {
  int fd;
  int place;
} own_files[] = {{OVERLAY_FD, OVERLAY}, {CONSOLE_FD, CONSOLE}, {STATE_FD, STATE}, {STDOUT_FILENO, LOG}};

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

static int option_of(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/* The end of a connection whose other end is gone. */
static int closed_connection(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  close(ends[1]);
  return ends[0];
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static bool list_socket(struct descriptor *found) {
  struct sockaddr_un name;
  socklen_t length = sizeof name;
  if (option_of(found->fd, SO_DOMAIN) != AF_UNIX || getsockname(found->fd, (struct sockaddr *)&name, &length) != 0) {
    errno = EAFNOSUPPORT;
    return false;
  }
  found->kind = OTHER_SOCKET;
  if (length <= sizeof(sa_family_t) || name.sun_path[0] == '\0') return true;
  found->kind = option_of(found->fd, SO_ACCEPTCONN) == 1 ? LISTENER : CONNECTION;
  if (strcmp(last_part(name.sun_path), "agent.sock") == 0) found->place = AGENT;
  else if (strcmp(last_part(name.sun_path), "qmp.sock") == 0) found->place = MONITOR;
  else found->kind = OTHER_SOCKET;
  return true;
}

/* An eventfd is a counter, and its value is in fdinfo, in hex. */
static bool list_eventfd(struct descriptor *found) {
  found->kind = EVENTFD;
  char path[64] = "/proc/self/fdinfo/";
  append_number(path, sizeof path, found->fd);
  const int info = open(path, O_RDONLY | O_CLOEXEC);
  if (info < 0) return false;
  char text[512];
  const ssize_t length = read(info, text, sizeof text - 1);
  close(info);
  if (length < 0) return false;
  text[length] = '\0';
  const char *digits = strstr(text, "eventfd-count:");
  if (digits == NULL) return true;
  for (digits += strlen("eventfd-count:"); *digits == ' ' || *digits == '\t';) ++digits;
  for (; *digits != '\0' && strchr("0123456789abcdef", *digits) != NULL; ++digits) {
    found->count = found->count * 16 + (unsigned)(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
  }
  return true;
}

/* The place of what was handed over for a file, or -1 for one that stays shared. */
static int place_of_file(int fd) {
  struct stat file, own;
  if (fstat(fd, &file) != 0) return -1;
  for (size_t index = 0; index < sizeof own_files / sizeof *own_files; ++index) {
    if (fstat(own_files[index].fd, &own) != 0) continue;
    if (own.st_dev == file.st_dev && own.st_ino == file.st_ino && S_ISREG(file.st_mode)) return own_files[index].place;
  }
  return -1;
}

static bool starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static void note(const struct descriptor *found) { table[table_length++] = *found; }

/*
 * QEMU's event loops register nothing in their epoll until they watch 64 descriptors, so an empty one is the same. A
 * signalfd gives whoever reads it that process's own signals.
 */
static bool list_one(int fd, const char *what) {
  struct descriptor found = {.fd = fd};
  if (starts_with(what, "socket:")) {
    if (!list_socket(&found)) return false;
  } else if (strcmp(what, "anon_inode:[eventfd]") == 0) {
    if (!list_eventfd(&found)) return false;
  } else if (strcmp(what, "anon_inode:[eventpoll]") == 0) {
    found.kind = EPOLL;
  } else if (strcmp(what, "anon_inode:[signalfd]") == 0) {
    return true;
  } else if (what[0] == '/') {
    found.kind = OWN_FILE;
    found.place = place_of_file(fd);
    if (found.place < 0) return true;
  } else {
    errno = EOPNOTSUPP;
    return false;
  }
  note(&found);
  return true;
}

static bool is_among(const int *fds, int fd) {
  for (int index = 0; index < HANDED; ++index) {
    if (fds[index] == fd) return true;
  }
  return false;
}

bool list_descriptors(const int *handed, char *reason) {
  static int fds[MOST_DESCRIPTORS];
  table_length = 0;
  const int count = list_numbers("/proc/self/fd", true, fds, MOST_DESCRIPTORS);
  if (count < 0) return explain(reason, "/proc/self/fd"), false;
  for (int index = 0; index < count; ++index) {
    if (fds[index] == CONTROL_FD || is_among(handed, fds[index])) continue;
    char link[64] = "/proc/self/fd/";
    append_number(link, sizeof link, fds[index]);
    char what[PATH_MAX];
    const ssize_t length = readlink(link, what, sizeof what - 1);
    if (length < 0) return explain(reason, link), false;
    what[length] = '\0';
    if (!list_one(fds[index], what)) return explain(reason, what), false;
  }
  return true;
}

/* The end of a connection that was made through a listener is replaced later, when there is another. */
static bool take_one(const struct descriptor *one, const int *handed) {
  switch (one->kind) {
    case OWN_FILE:
    case LISTENER: return put(one->fd, handed[one->place]);
    case OTHER_SOCKET: return replace(one->fd, closed_connection());
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
  for (int index = 0; index < table_length; ++index) {
    const struct descriptor *one = &table[index];
    if (one->kind != CONNECTION || accept_instead_of(one->fd, handed[one->place])) continue;
    return explain(reason, one->place == AGENT ? "agent.sock" : "qmp.sock"), false;
  }
  return true;
}

bool take_descriptors(const int *handed, void (*listening)(void *), void *context, char *reason) {
  if (fchdir(handed[VIEW]) != 0) return explain(reason, "fchdir"), false;
  for (int index = 0; index < table_length; ++index) {
    if (take_one(&table[index], handed)) continue;
    explain(reason, "descriptor ");
    append_number(reason, REASON_BYTES, table[index].fd);
    return false;
  }
  listening(context);
  if (!reconnect(handed, reason)) return false;
  for (int index = 0; index < HANDED; ++index) close(handed[index]);
  return true;
}
