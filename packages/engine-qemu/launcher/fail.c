#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *what) {
  fprintf(stderr, "forkd-launcher: %s: %s\n", what, strerror(errno));
  exit(EXIT_FAILURE);
}

int checked(int result, const char *what) {
  if (result < 0) fail(what);
  return result;
}
