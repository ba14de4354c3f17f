#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"confine", required_argument, NULL, 'c'}, {"uid", required_argument, NULL, 'u'},
    {"directory", required_argument, NULL, 'd'}, {"memory", required_argument, NULL, 'm'},
    {"share-memory", no_argument, NULL, 's'}, {"file", required_argument, NULL, 'f'},
    {"show", required_argument, NULL, 'b'}, {"device", required_argument, NULL, 'k'},
    {"preload", required_argument, NULL, 'l'}, {"zygote", no_argument, NULL, 'z'},
    {"small-pages", no_argument, NULL, 'p'}, {"card", required_argument, NULL, 'n'},
    {NULL, 0, NULL, 0},
};

static _Noreturn void refuse(const char *what) {
  errno = EINVAL;
  fail(what);
}

static void add(struct paths *paths, const char *path) {
  if (paths->count == MOST_PATHS) refuse(path);
  paths->all[paths->count++] = path;
}

static enum confinement parse_confinement(const char *word) {
  if (strcmp(word, "user") == 0) return AS_USER;
  if (strcmp(word, "namespace") == 0) return IN_USER_NAMESPACE;
  if (strcmp(word, "filter") == 0) return FILTERED;
  refuse(word);
}

static uid_t parse_uid(const char *word) {
  char *end;
  errno = 0;
  const unsigned long number = strtoul(word, &end, 10);
  if (errno != 0 || *end != '\0' || number == 0 || number >= (uid_t)-1) refuse(word);
  return (uid_t)number;
}

static void take(struct plan *plan, int option) {
  switch (option) {
    case 'c': plan->confinement = parse_confinement(optarg); break;
    case 'u': plan->uid = parse_uid(optarg); break;
    case 'd': plan->directory = optarg; break;
    case 'm': plan->memory = optarg; break;
    case 's': plan->shares_memory = true; break;
    case 'f': add(&plan->files, optarg); break;
    case 'b': add(&plan->shown, optarg); break;
    case 'k': plan->device = optarg; break;
    case 'n': plan->card = optarg; break;
    case 'l': add(&plan->libraries, optarg); break;
    case 'z': plan->is_zygote = true; break;
    case 'p': plan->has_small_pages = true; break;
    default: refuse("an option");
  }
}

struct plan parse_plan(int count, char **words) {
  struct plan plan = {.confinement = FILTERED};
  for (int option; (option = getopt_long(count, words, "+", options, NULL)) != -1;) take(&plan, option);
  plan.command = words + optind;
  if (plan.command[0] == NULL) refuse("the command");
  if (plan.directory == NULL) refuse("--directory");
  if (plan.confinement == AS_USER && plan.uid == 0) refuse("--uid");
  return plan;
}
