/* What of a zygote's descriptors a copy replaces. A copy cannot look them up: /proc/self is the zygote's there. */
#pragma once
#include <stdbool.h>

enum { MOST_DESCRIPTORS = 1024 };

/* FIRST_MONITOR is the connection that the zygote was started with, which a copy does without. */
enum kind { OWN_FILE, LISTENER, CONNECTION, FIRST_MONITOR, EVENTFD, EPOLL };

/* A file or a socket that was handed over for it is told by its place among these. */
struct descriptor {
  int fd;
  enum kind kind;
  int place;
  unsigned count;
};

struct inventory {
  struct descriptor all[MOST_DESCRIPTORS];
  int length;
};

/* What list_descriptors found. */
extern struct inventory inventory;
