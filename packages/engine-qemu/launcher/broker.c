#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PRIVATE = 0600, LINE_BYTES = PATH_MAX + 64, SOURCE_FD = 512, ZYGOTE_FD = 513 };

/* What a copy gets, in this order; zygote.h has it too. */
enum { VIEW, AGENT, MONITOR, OVERLAY, CONSOLE, STATE, LOG, CARD, HANDED };

struct broker {
  const struct plan *plan;
  /* The zygote's own directory. */
  int source;
  int zygote;
  /* What the next copy's card is connected to; empty: nothing. */
  char card[LINE_BYTES];
  char line[LINE_BYTES];
  size_t length;
};

/* Copies what is data; holes stay holes. A file system that can shares the blocks. */
static bool copy_content(int from, int to) {
  if (ioctl(to, FICLONE, from) == 0) return true;
  struct stat file;
  if (fstat(from, &file) != 0 || ftruncate(to, file.st_size) != 0) return false;
  for (off_t at = 0; at < file.st_size;) {
    off_t data = lseek(from, at, SEEK_DATA);
    if (data < 0) return errno == ENXIO;
    at = lseek(from, data, SEEK_HOLE);
    if (at < 0 || lseek(to, data, SEEK_SET) < 0) return false;
    while (data < at) {
      if (sendfile(to, from, &data, (size_t)(at - data)) <= 0) return false;
    }
  }
  return true;
}

/* A copy of a file of the zygote's, opened with `flags`. */
static int copy_file(int from, int to, const char *name, int flags) {
  const int source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (source < 0) return -1;
  const int copy = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE);
  const bool is_copied = copy >= 0 && copy_content(source, copy);
  const int error = errno;
  close(source);
  if (copy >= 0) close(copy);
  errno = error;
  return is_copied ? openat(to, name, flags | O_NOFOLLOW | O_CLOEXEC) : -1;
}

static bool open_all(const struct broker *broker, const char *path, int *fds) {
  for (int index = 0; index < HANDED; ++index) fds[index] = -1;
  fds[VIEW] = open_view(broker->plan, path);
  const int to = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fds[VIEW] < 0 || to < 0) return false;
  const int from = broker->source;
  const bool is_done = (fds[AGENT] = listen_in(to, "agent.sock")) >= 0 &&
                       (fds[MONITOR] = listen_in(to, "qmp.sock")) >= 0 &&
                       (fds[OVERLAY] = copy_file(from, to, "disk.qcow2", O_RDWR)) >= 0 &&
                       (fds[CONSOLE] = copy_file(from, to, "console.log", O_WRONLY | O_APPEND)) >= 0 &&
                       (fds[STATE] = openat(to, "device-state", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE)) >= 0 &&
                       (fds[LOG] = copy_file(from, to, "vmm.log", O_WRONLY | O_APPEND)) >= 0 &&
                       (fds[CARD] = open_card(broker->card[0] == '\0' ? NULL : broker->card)) >= 0;
  const int error = errno;
  close(to);
  errno = error;
  return is_done;
}

static bool hand_over(int socket, const int *fds) {
  char order[] = "fork\n";
  struct iovec text = {.iov_base = order, .iov_len = sizeof order - 1};
  char control[CMSG_SPACE(HANDED * sizeof(int))] = {0};
  struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(HANDED * sizeof(int));
  memcpy(CMSG_DATA(header), fds, HANDED * sizeof(int));
  return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)text.iov_len;
}

static void tell_failure(const char *what) {
  char line[256];
  snprintf(line, sizeof line, "failed %.160s: %s\n", what, strerror(errno));
  send(CONTROL_FD, line, strlen(line), MSG_NOSIGNAL);
}

static void hand_over_all(const struct broker *broker, const char *path) {
  int fds[HANDED];
  if (!open_all(broker, path, fds) || !hand_over(broker->zygote, fds)) {
    tell_failure(fds[LOG] >= 0 && fds[CARD] < 0 ? broker->card : path);
  }
  for (int index = 0; index < HANDED; ++index) {
    if (fds[index] >= 0) close(fds[index]);
  }
}

static void obey(struct broker *broker, const char *line) {
  static const char card[] = "card ";
  static const char verb[] = "fork ";
  static const char settle[] = "settle\n";
  if (strcmp(line, "settle") == 0) {
    if (send(broker->zygote, settle, strlen(settle), MSG_NOSIGNAL) < 0) tell_failure(line);
  } else if (strncmp(line, card, sizeof card - 1) == 0) {
    strcpy(broker->card, line + sizeof card - 1);
  } else if (strncmp(line, verb, sizeof verb - 1) == 0) {
    hand_over_all(broker, line + sizeof verb - 1);
    broker->card[0] = '\0';
  } else {
    errno = EINVAL;
    tell_failure("an order");
  }
}

/* Takes orders of the daemon. Gives false at their end. */
static bool take_orders(struct broker *broker) {
  const ssize_t count = read(CONTROL_FD, broker->line + broker->length, LINE_BYTES - broker->length);
  if (count <= 0) return false;
  broker->length += (size_t)count;
  char *line = broker->line;
  for (char *end; (end = memchr(line, '\n', broker->length - (size_t)(line - broker->line))) != NULL; line = end + 1) {
    *end = '\0';
    obey(broker, line);
  }
  broker->length -= (size_t)(line - broker->line);
  memmove(broker->line, line, broker->length);
  return broker->length < LINE_BYTES;
}

/* What the zygote says is for the daemon alone. */
static bool pass_on(int zygote) {
  char text[512];
  const ssize_t count = read(zygote, text, sizeof text);
  return count > 0 && send(CONTROL_FD, text, (size_t)count, MSG_NOSIGNAL) == count;
}

static _Noreturn void serve(struct broker *broker) {
  struct pollfd ends[] = {{.fd = CONTROL_FD, .events = POLLIN}, {.fd = broker->zygote, .events = POLLIN}};
  for (;;) {
    if (poll(ends, 2, -1) < 0 && errno != EINTR) break;
    if (ends[1].revents != 0 && !pass_on(broker->zygote)) break;
    if (ends[0].revents != 0 && !take_orders(broker)) break;
  }
  exit(EXIT_SUCCESS);
}

/* Moves a descriptor above all that is the zygote's. */
static int lift(int fd, int number, const char *what) {
  checked(dup3(checked(fd, what), number, O_CLOEXEC), what);
  close(fd);
  return number;
}

static void keep_own(void) {
  close_range(0, CONTROL_FD - 1, 0);
  close_range(CONTROL_FD + 1, SOURCE_FD - 1, 0);
  close_range(IDLE_END_FD + 1, ~0U, 0);
}

void start_broker(const struct plan *plan) {
  if (!plan->is_zygote) return;
  int ends[2];
  checked(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
  if (checked(fork(), "fork") == 0) {
    static struct broker broker;
    const int source = lift(open(plan->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), SOURCE_FD, plan->directory);
    broker = (struct broker){.plan = plan, .source = source, .zygote = lift(ends[0], ZYGOTE_FD, "socketpair")};
    keep_own();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    serve(&broker);
  }
  close(ends[0]);
  checked(dup2(ends[1], CONTROL_FD), "the control socket");
  close(ends[1]);
}
