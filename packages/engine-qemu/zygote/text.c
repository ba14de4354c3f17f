#define _GNU_SOURCE
#include "zygote.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void append(char *text, size_t size, const char *more) {
  size_t length = strnlen(text, size - 1);
  while (length < size - 1 && *more != '\0') text[length++] = *more++;
  text[length] = '\0';
}

void append_number(char *text, size_t size, long number) {
  char digits[24];
  char *at = digits + sizeof digits - 1;
  *at = '\0';
  unsigned long left = number < 0 ? -(unsigned long)number : (unsigned long)number;
  do *--at = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  if (number < 0) *--at = '-';
  append(text, size, at);
}

void explain(char *reason, const char *what) {
  /* strerror(3) translates, and allocates for it; this does not. */
  const char *error = strerrordesc_np(errno);
  reason[0] = '\0';
  append(reason, REASON_BYTES, what);
  append(reason, REASON_BYTES, ": ");
  append(reason, REASON_BYTES, error == NULL ? "unknown error" : error);
}

/* A number of at most nine digits, or -1. */
static int parse_number(const char *text) {
  int number = 0;
  int digits = 0;
  for (; *text >= '0' && *text <= '9' && digits < 9; ++text, ++digits) number = number * 10 + (*text - '0');
  return digits > 0 && *text == '\0' ? number : -1;
}

/* opendir(3) allocates. */
int list_numbers(const char *directory, bool has_descriptors, int *numbers, int most) {
  const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return -1;
  char buffer[2048] __attribute__((aligned(8)));
  int count = 0;
  long length;
  while ((length = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < length;) {
      const struct dirent64 *entry = (const struct dirent64 *)(buffer + at);
      at += entry->d_reclen;
      const int number = parse_number(entry->d_name);
      if (number < 0 || (has_descriptors && number == fd)) continue;
      if (count == most) {
        close(fd);
        errno = EMFILE;
        return -1;
      }
      numbers[count++] = number;
    }
  }
  close(fd);
  return length < 0 ? -1 : count;
}
