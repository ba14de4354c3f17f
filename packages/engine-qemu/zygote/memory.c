#define _GNU_SOURCE
#include "zygote.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * clone(2) takes a tenth of a microsecond for each page that is mapped, and most of what a machine has mapped after its
 * rehearsal costs more to copy than to do without: the snapshot's pages, which a copy maps again where it needs them,
 * and translated code, which can be mapped by huge pages.
 */

enum { PAGE = 4096, HUGE = 2 << 20, PAGES_OF_HUGE = HUGE / PAGE, MOST_MAPPINGS = 1024, LINE_BYTES = 128 };

/* The C library of Debian 12 does not name it; Linux 6.1 does it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* https://docs.kernel.org/admin-guide/mm/pagemap.html */
#define PRESENT (1ULL << 63)
#define SWAPPED (1ULL << 62)
#define OF_FILE (1ULL << 61)

struct mapping {
  uintptr_t start;
  uintptr_t end;
  bool is_code;
};

static struct mapping mappings[MOST_MAPPINGS];
static int pagemap = -1;

void open_pagemap(void) { pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC); }

void close_pagemap(void) {
  if (pagemap >= 0) close(pagemap);
  pagemap = -1;
}

static const char *parse_hex(const char *text, uintptr_t *number) {
  for (*number = 0;; ++text) {
    if (*text >= '0' && *text <= '9') *number = *number * 16 + (uintptr_t)(*text - '0');
    else if (*text >= 'a' && *text <= 'f') *number = *number * 16 + (uintptr_t)(*text - 'a' + 10);
    else return text;
  }
}

/* `start-end perms offset device inode path`. Gives whether there is something to save there. */
static bool parse_mapping(const char *line, struct mapping *found) {
  const char *at = parse_hex(line, &found->start);
  if (*at++ != '-') return false;
  at = parse_hex(at, &found->end);
  if (found->end - found->start < HUGE) return false;
  found->is_code = strncmp(at, " rwxp ", 6) == 0;
  if (!found->is_code && strncmp(at, " rw-p ", 6) != 0) return false;
  for (int words = 0; words < 3 && at != NULL; ++words) at = strchr(at + 1, ' ');
  const bool has_file = at != NULL && at[1] != '0';
  return has_file != found->is_code;
}

static int list_mappings(void) {
  const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  char text[PAGE];
  char line[LINE_BYTES];
  size_t filled = 0;
  int count = 0;
  for (ssize_t length; fd >= 0 && (length = read(fd, text, sizeof text)) > 0;) {
    for (ssize_t index = 0; index < length; ++index) {
      /* Only a path, which comes last, is longer. */
      if (text[index] != '\n') {
        if (filled < sizeof line - 1) line[filled++] = text[index];
        continue;
      }
      line[filled] = '\0';
      filled = 0;
      if (count < MOST_MAPPINGS && parse_mapping(line, &mappings[count])) ++count;
    }
  }
  if (fd >= 0) close(fd);
  return count;
}

/* Gives how many entries there are. */
static size_t read_pages(uintptr_t start, uintptr_t end, uint64_t *pages) {
  size_t count = (end - start) / PAGE;
  if (count > PAGES_OF_HUGE) count = PAGES_OF_HUGE;
  const ssize_t length = pread(pagemap, pages, count * sizeof *pages, (off_t)(start / PAGE * sizeof *pages));
  return length < 0 ? 0 : (size_t)length / sizeof *pages;
}

static bool is_own(uint64_t page) { return (page & SWAPPED) != 0 || ((page & PRESENT) != 0 && (page & OF_FILE) == 0); }

/* Forgets pages that can be read again from their file, and none that was written. */
static void forget_file_pages(const struct mapping *memory) {
  uint64_t pages[PAGES_OF_HUGE];
  for (uintptr_t at = memory->start; at < memory->end;) {
    const size_t count = read_pages(at, memory->end, pages);
    if (count == 0) return;
    for (size_t first = 0, next; first < count; first = next + 1) {
      bool is_mapped = false;
      for (next = first; next < count && !is_own(pages[next]); ++next) is_mapped |= (pages[next] & PRESENT) != 0;
      if (is_mapped) syscall(SYS_madvise, at + first * PAGE, (next - first) * PAGE, MADV_DONTNEED);
    }
    at += count * PAGE;
  }
}

/* Has what is mostly full mapped by huge pages. A copy that writes to one splits it, and copies a small one. */
static void collapse_code(const struct mapping *code) {
  uint64_t pages[PAGES_OF_HUGE];
  for (uintptr_t at = (code->start + HUGE - 1) / HUGE * HUGE; at + HUGE <= code->end; at += HUGE) {
    const size_t count = read_pages(at, at + HUGE, pages);
    size_t present = 0;
    for (size_t index = 0; index < count; ++index) present += (pages[index] & PRESENT) != 0;
    if (present > PAGES_OF_HUGE / 2) syscall(SYS_madvise, at, HUGE, MADV_COLLAPSE);
  }
}

void settle_memory(void) {
  if (pagemap < 0) return;
  const int is_disabled = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
  prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
  const int count = list_mappings();
  for (int index = 0; index < count; ++index) {
    if (!mappings[index].is_code) forget_file_pages(&mappings[index]);
    else collapse_code(&mappings[index]);
  }
  prctl(PR_SET_THP_DISABLE, is_disabled, 0, 0, 0);
  close_pagemap();
}
