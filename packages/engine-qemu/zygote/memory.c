#define _GNU_SOURCE
#include "zygote.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/*
 * clone(2) takes a tenth of a microsecond for each page that is mapped. Translated code, which is some tens of MiB, can
 * be mapped by huge pages. (To give up the pages of the snapshot's file too makes clone(2) cheaper still, and the copy
 * dearer, which maps most of them again.)
 */

enum { PAGE = 4096, HUGE = 2 << 20, PAGES_OF_HUGE = HUGE / PAGE, MOST_MAPPINGS = 64, LINE_BYTES = 64 };

/* The C library of Debian 12 does not name it; Linux 6.1 does it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* https://docs.kernel.org/admin-guide/mm/pagemap.html */
#define PRESENT (1ULL << 63)

struct mapping {
  uintptr_t start;
  uintptr_t end;
};

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

/* `start-end perms offset device inode path`. Gives whether it is translated code: nothing else can be written and run. */
static bool parse_mapping(const char *line, struct mapping *found) {
  const char *at = parse_hex(line, &found->start);
  if (*at++ != '-') return false;
  return strncmp(parse_hex(at, &found->end), " rwxp ", 6) == 0;
}

/* Those of translated code. Gives how many. */
static int list_mappings(struct mapping *mappings) {
  const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  char text[PAGE];
  char line[LINE_BYTES];
  size_t filled = 0;
  int count = 0;
  for (ssize_t length; fd >= 0 && (length = read(fd, text, sizeof text)) > 0;) {
    for (ssize_t index = 0; index < length; ++index) {
      /* What is looked at comes first. */
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

static bool is_mostly_full(uintptr_t start) {
  uint64_t pages[PAGES_OF_HUGE];
  const ssize_t length = pread(pagemap, pages, sizeof pages, (off_t)(start / PAGE * sizeof *pages));
  size_t present = 0;
  for (size_t index = 0; length > 0 && index < (size_t)length / sizeof *pages; ++index) {
    present += (pages[index] & PRESENT) != 0;
  }
  return present > PAGES_OF_HUGE / 2;
}

/* A copy that writes to a huge page splits it, and copies a small one. */
static void collapse(const struct mapping *code) {
  for (uintptr_t at = (code->start + HUGE - 1) / HUGE * HUGE; at + HUGE <= code->end; at += HUGE) {
    if (is_mostly_full(at)) madvise((void *)at, HUGE, MADV_COLLAPSE);
  }
}

void settle_memory(void) {
  if (pagemap < 0) return;
  struct mapping mappings[MOST_MAPPINGS];
  const int count = list_mappings(mappings);
  const int is_disabled = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
  prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
  for (int index = 0; index < count; ++index) collapse(&mappings[index]);
  prctl(PR_SET_THP_DISABLE, is_disabled, 0, 0, 0);
  close_pagemap();
}
