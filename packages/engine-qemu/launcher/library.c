#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Loaded into a VMM. When it opens a file, `/forkd/fd/N` is descriptor N, which was opened for it, and so is /dev/kvm.
 * It may make userfaultfds, which need a capability otherwise, by the descriptor of /dev/userfaultfd.
 */

enum { USERFAULT_FD = 12, DEVICE_FD = 13 };

#define INTERPOSED __attribute__((visibility("default")))

static const char prefix[] = "/forkd/fd/";

static int take_descriptor(int number, int flags) {
  const int fd = fcntl(number, F_DUPFD_CLOEXEC, 0);
  /* It stands where the one that it is a copy of was left. */
  if (fd >= 0) lseek(fd, 0, SEEK_SET);
  if (fd < 0 || (flags & O_TRUNC) == 0 || ftruncate(fd, 0) == 0) return fd;
  close(fd);
  return -1;
}

static int open_any(const char *path, int flags, mode_t mode) {
  if (strncmp(path, prefix, sizeof prefix - 1) == 0) return take_descriptor(atoi(path + sizeof prefix - 1), flags);
  if (strcmp(path, "/dev/kvm") == 0) return take_descriptor(DEVICE_FD, flags);
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static mode_t mode_of(int flags, va_list rest) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
}

INTERPOSED int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return open_any(path, flags, mode);
}

INTERPOSED int open64(const char *path, int flags, ...) __attribute__((alias("open")));
INTERPOSED int __open_2(const char *path, int flags);
INTERPOSED int __open_2(const char *path, int flags) { return open_any(path, flags, 0); }
INTERPOSED int __open64_2(const char *path, int flags) __attribute__((alias("__open_2")));

INTERPOSED FILE *fopen(const char *path, const char *mode) {
  int flags = *mode == 'r' ? O_RDONLY : *mode == 'w' ? O_WRONLY | O_CREAT | O_TRUNC : O_WRONLY | O_CREAT | O_APPEND;
  if (strchr(mode, '+') != NULL) flags = (flags & ~O_ACCMODE) | O_RDWR;
  if (strchr(mode, 'e') != NULL) flags |= O_CLOEXEC;
  if (strchr(mode, 'x') != NULL) flags |= O_EXCL;
  const int fd = open_any(path, flags, 0666);
  if (fd < 0) return NULL;
  FILE *file = fdopen(fd, mode);
  if (file == NULL) close(fd);
  return file;
}

INTERPOSED FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));

/* QEMU removes its sockets when it ends, and would complain that it may not. They go with the machine's directory. */
INTERPOSED int unlink(const char *path) {
  (void)path;
  return 0;
}

/* Takes no lock, since a zygote calls it while its threads stand still. */
static long call_kernel(long call, const long *words) {
  register long fourth __asm__("r10") = words[3];
  register long fifth __asm__("r8") = words[4];
  register long sixth __asm__("r9") = words[5];
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(call), "D"(words[0]), "S"(words[1]), "d"(words[2]), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  if (result < 0 && result > -4096) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

INTERPOSED long syscall(long call, ...) {
  va_list rest;
  va_start(rest, call);
  long words[6];
  for (int index = 0; index < 6; ++index) words[index] = va_arg(rest, long);
  va_end(rest);
  if (call == SYS_userfaultfd) {
    const int fd = ioctl(USERFAULT_FD, USERFAULTFD_IOC_NEW, words[0]);
    if (fd >= 0) return fd;
  }
  return call_kernel(call, words);
}
