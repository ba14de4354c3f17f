#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 1024, MOST_SOCKETS = 8, CONNECT_MS = 10000, FILE_MODE = 0600 };

struct named_socket {
  int fd;
  struct sockaddr_un name;
};

struct sockets {
  struct named_socket all[MOST_SOCKETS];
  int count;
};

/* Puts `with` in the place of `fd`, with its status flags and close-on-exec. */
static bool replace(int fd, int with) {
  if (with < 0) return false;
  const int flags = fcntl(fd, F_GETFD);
  const int status = fcntl(fd, F_GETFL);
  const bool is_done = flags >= 0 && status >= 0 && fcntl(with, F_SETFL, status) == 0 &&
                       dup3(with, fd, (flags & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) == fd;
  close(with);
  return is_done;
}

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

/* Two descriptors of one file become two of its copy. */
static bool take_file(int fd, const char *path) {
  const int access = fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_DIRECT);
  const off_t position = lseek(fd, 0, SEEK_CUR);
  const int source = open(path, O_RDONLY | O_CLOEXEC);
  if (source < 0) return false;
  const char *name = strrchr(path, '/') + 1;
  const int copy = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
  const bool is_copied = copy >= 0 ? copy_content(source, copy) : errno == EEXIST;
  close(source);
  if (copy >= 0) close(copy);
  const int mine = is_copied ? open(name, access | O_CLOEXEC) : -1;
  return mine >= 0 && (position < 0 || lseek(mine, position, SEEK_SET) >= 0) && replace(fd, mine);
}

static int option_of(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

static int listen_at(const struct sockaddr_un *name) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (bind(fd, (const struct sockaddr *)name, sizeof *name) == 0 && listen(fd, 1) == 0) return fd;
  close(fd);
  return -1;
}

/* The end of a connection whose other end is gone. */
static int closed_connection(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  close(ends[1]);
  return ends[0];
}

/* Listeners first listen for the copy; connections that came through one are noted, and wait for it. */
static bool take_socket(int fd, struct sockets *listeners, struct sockets *connections) {
  struct named_socket found = {.fd = fd};
  socklen_t length = sizeof found.name;
  if (option_of(fd, SO_DOMAIN) != AF_UNIX || getsockname(fd, (struct sockaddr *)&found.name, &length) != 0) {
    errno = EAFNOSUPPORT;
    return false;
  }
  if (found.name.sun_path[0] == '\0') return replace(fd, closed_connection());
  const bool listens = option_of(fd, SO_ACCEPTCONN) == 1;
  struct sockets *list = listens ? listeners : connections;
  if (list->count == MOST_SOCKETS) {
    errno = EMFILE;
    return false;
  }
  list->all[list->count++] = found;
  return !listens || replace(fd, listen_at(&found.name));
}

/* An eventfd is a counter, and its value is in fdinfo, in hex. */
static int copy_eventfd(int fd) {
  char path[64] = "/proc/self/fdinfo/";
  append_number(path, sizeof path, fd);
  const int info = open(path, O_RDONLY | O_CLOEXEC);
  if (info < 0) return -1;
  char text[512];
  const ssize_t length = read(info, text, sizeof text - 1);
  close(info);
  if (length < 0) return -1;
  text[length] = '\0';
  const char *digits = strstr(text, "eventfd-count:");
  unsigned count = 0;
  if (digits != NULL) {
    for (digits += strlen("eventfd-count:"); *digits == ' ' || *digits == '\t';) ++digits;
    for (; *digits != '\0' && strchr("0123456789abcdef", *digits) != NULL; ++digits) {
      count = count * 16 + (unsigned)(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
    }
  }
  return eventfd(count, EFD_CLOEXEC);
}

static bool starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static bool is_directly_below(const char *path, const char *directory) {
  const size_t length = strlen(directory);
  return starts_with(path, directory) && path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}

/*
 * QEMU's event loops register nothing in their epoll until they watch 64 descriptors, so an empty one is the same. A
 * signalfd gives whoever reads it that process's own signals.
 */
static bool take_one(int fd, const char *what, const char *from, struct sockets *listeners, struct sockets *connections) {
  if (starts_with(what, "socket:")) return take_socket(fd, listeners, connections);
  if (strcmp(what, "anon_inode:[eventfd]") == 0) return replace(fd, copy_eventfd(fd));
  if (strcmp(what, "anon_inode:[eventpoll]") == 0) return replace(fd, epoll_create1(EPOLL_CLOEXEC));
  if (strcmp(what, "anon_inode:[signalfd]") == 0) return true;
  if (is_directly_below(what, from)) return take_file(fd, what);
  if (what[0] == '/') return true;
  errno = EOPNOTSUPP;
  return false;
}

static bool take_all(const char *from, struct sockets *listeners, struct sockets *connections, char *reason) {
  int fds[MOST_DESCRIPTORS];
  const int count = list_numbers("/proc/self/fd", true, fds, MOST_DESCRIPTORS);
  if (count < 0) return explain(reason, "/proc/self/fd"), false;
  for (int index = 0; index < count; ++index) {
    char link[64] = "/proc/self/fd/";
    append_number(link, sizeof link, fds[index]);
    char what[PATH_MAX];
    const ssize_t length = readlink(link, what, sizeof what - 1);
    if (length < 0) return explain(reason, link), false;
    what[length] = '\0';
    if (!take_one(fds[index], what, from, listeners, connections)) return explain(reason, what), false;
  }
  return true;
}

static bool accept_instead_of(int connection, int listener) {
  struct pollfd wanted = {.fd = listener, .events = POLLIN};
  const int ready = poll(&wanted, 1, CONNECT_MS);
  if (ready == 0) errno = ETIMEDOUT;
  return ready == 1 && replace(connection, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

static bool reconnect(const struct sockets *connections, const struct sockets *listeners, char *reason) {
  for (int index = 0; index < connections->count; ++index) {
    const struct named_socket *connection = &connections->all[index];
    for (int other = 0; other < listeners->count; ++other) {
      const struct named_socket *listener = &listeners->all[other];
      if (strcmp(connection->name.sun_path, listener->name.sun_path) != 0) continue;
      if (!accept_instead_of(connection->fd, listener->fd)) return explain(reason, connection->name.sun_path), false;
    }
  }
  return true;
}

void close_strays(void) {
  int fds[MOST_DESCRIPTORS];
  const int count = list_numbers("/proc/self/fd", true, fds, MOST_DESCRIPTORS);
  for (int index = 0; index < count; ++index) {
    struct stat file;
    if (fds[index] <= CONTROL_FD || fstat(fds[index], &file) != 0) continue;
    if (S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode)) close(fds[index]);
  }
}

bool take_descriptors(const char *from, const char *to, void (*listening)(void *), void *context, char *reason) {
  static struct sockets listeners, connections;
  if (chdir(to) != 0) return explain(reason, to), false;
  if (!take_all(from, &listeners, &connections, reason)) return false;
  listening(context);
  return reconnect(&connections, &listeners, reason);
}
