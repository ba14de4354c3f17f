#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "descriptors.h"
#include "zygote.h"

/*
 * A copy shares what it does not replace, and what is shared may connect siblings. So everything that is open must be
 * known: what is replaced, or what nobody can change. A machine that has anything else is not copied.
 */

struct inventory inventory;

/* What the process was started with to read: memory and disk layers of its snapshot, libraries. */
static struct {
  dev_t device;
  ino_t number;
} read_only[MOST_DESCRIPTORS];
static int read_only_length;

/* By which the zygote has what is replaced. */
static const struct {
  int fd;
  int place;
} own_files[] = {{OVERLAY_FD, OVERLAY}, {CONSOLE_FD, CONSOLE}, {STATE_FD, STATE}, {STDOUT_FILENO, LOG}};

/* Devices of the kernel's memory driver that keep nothing: null, zero, random and urandom. */
static const unsigned stateless[] = {3, 5, 8, 9};
enum { MEMORY_MAJOR = 1 };

static bool is_read_only(int fd, const struct stat *file) {
  const int flags = fcntl(fd, F_GETFL);
  return S_ISREG(file->st_mode) && flags >= 0 && (flags & O_ACCMODE) == O_RDONLY;
}

void note_inherited(void) {
  static int fds[MOST_DESCRIPTORS];
  const int count = list_numbers("/proc/self/fd", true, fds, MOST_DESCRIPTORS);
  for (int index = 0; index < count; ++index) {
    struct stat file;
    if (fstat(fds[index], &file) != 0 || !is_read_only(fds[index], &file)) continue;
    read_only[read_only_length].device = file.st_dev;
    read_only[read_only_length++].number = file.st_ino;
  }
}

static bool was_inherited(const struct stat *file) {
  for (int index = 0; index < read_only_length; ++index) {
    if (read_only[index].device == file->st_dev && read_only[index].number == file->st_ino) return true;
  }
  return false;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static bool starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static void note(struct descriptor found) { inventory.all[inventory.length++] = found; }

static int option_of(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/* The launcher binds names without a directory. A connection that was made through a listener has its name. */
static bool list_socket(int fd) {
  struct sockaddr_un name = {.sun_family = AF_UNSPEC};
  socklen_t length = sizeof name;
  if (option_of(fd, SO_DOMAIN) != AF_UNIX || getsockname(fd, (struct sockaddr *)&name, &length) != 0) return false;
  struct descriptor found = {.fd = fd, .kind = option_of(fd, SO_ACCEPTCONN) == 1 ? LISTENER : CONNECTION};
  if (fd == FIRST_MONITOR_FD) found.kind = FIRST_MONITOR;
  else if (strcmp(name.sun_path, "agent.sock") == 0) found.place = AGENT;
  else if (strcmp(name.sun_path, "qmp.sock") == 0) found.place = MONITOR;
  else return false;
  note(found);
  return true;
}

/* An eventfd is a counter, and its value is in fdinfo, in hex. */
static bool list_eventfd(int fd) {
  struct descriptor found = {.fd = fd, .kind = EVENTFD};
  char path[64] = "/proc/self/fdinfo/";
  append_number(path, sizeof path, fd);
  const int info = open(path, O_RDONLY | O_CLOEXEC);
  if (info < 0) return false;
  char text[512];
  const ssize_t length = read(info, text, sizeof text - 1);
  close(info);
  if (length < 0) return false;
  text[length] = '\0';
  const char *digits = strstr(text, "eventfd-count:");
  if (digits == NULL) return false;
  for (digits += strlen("eventfd-count:"); *digits == ' ' || *digits == '\t';) ++digits;
  for (; *digits != '\0' && strchr("0123456789abcdef", *digits) != NULL; ++digits) {
    found.count = found.count * 16 + (unsigned)(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
  }
  note(found);
  return true;
}

static bool is_stateless(dev_t device) {
  for (size_t index = 0; index < sizeof stateless / sizeof *stateless; ++index) {
    if (device == makedev(MEMORY_MAJOR, stateless[index])) return true;
  }
  return false;
}

/* What /dev/userfaultfd makes belongs to the process that asks it. */
static bool list_device(int fd, const char *path, const struct stat *file) {
  return is_stateless(file->st_rdev) || (fd == USERFAULT_FD && strcmp(last_part(path), "userfaultfd") == 0);
}

static bool list_file(int fd, const char *path) {
  struct stat file, own;
  if (fstat(fd, &file) != 0) return false;
  if (S_ISCHR(file.st_mode)) return list_device(fd, path, &file);
  if (!S_ISREG(file.st_mode)) return false;
  for (size_t index = 0; index < sizeof own_files / sizeof *own_files; ++index) {
    if (fstat(own_files[index].fd, &own) != 0 || own.st_dev != file.st_dev || own.st_ino != file.st_ino) continue;
    note((struct descriptor){.fd = fd, .kind = OWN_FILE, .place = own_files[index].place});
    return true;
  }
  return is_read_only(fd, &file) && was_inherited(&file);
}

/*
 * QEMU's event loops register nothing in their epoll until they watch 64 descriptors, so an empty one is the same. A
 * signalfd gives whoever reads it that process's own signals. What the card is connected to, all taps being the same
 * file, is told by its number. Gives whether it is known.
 */
static bool list_one(int fd, const char *what) {
  if (fd == CARD_FD) return note((struct descriptor){.fd = fd, .kind = OWN_FILE, .place = CARD}), true;
  if (starts_with(what, "socket:")) return list_socket(fd);
  if (what[0] == '/') return list_file(fd, what);
  if (strcmp(what, "anon_inode:[eventfd]") == 0) return list_eventfd(fd);
  if (strcmp(what, "anon_inode:[signalfd]") == 0) return true;
  if (strcmp(what, "anon_inode:[eventpoll]") != 0) return false;
  note((struct descriptor){.fd = fd, .kind = EPOLL});
  return true;
}

static bool is_among(const int *fds, int fd) {
  for (int index = 0; index < HANDED; ++index) {
    if (fds[index] == fd) return true;
  }
  return false;
}

static void refuse(char *reason, int fd, const char *what) {
  reason[0] = '\0';
  append(reason, REASON_BYTES, "a copy would share descriptor ");
  append_number(reason, REASON_BYTES, fd);
  append(reason, REASON_BYTES, ", which is ");
  append(reason, REASON_BYTES, what);
}

bool list_descriptors(const int *handed, char *reason) {
  static int fds[MOST_DESCRIPTORS];
  inventory.length = 0;
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
    if (!list_one(fds[index], what)) return refuse(reason, fds[index], what), false;
  }
  return true;
}
