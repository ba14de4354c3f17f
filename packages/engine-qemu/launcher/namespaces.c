#define _GNU_SOURCE
#include "launcher.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void write_file(const char *path, const char *text) {
  const int fd = checked(open(path, O_WRONLY | O_CLOEXEC), path);
  if (write(fd, text, strlen(text)) != (ssize_t)strlen(text)) fail(path);
  close(fd);
}

/*
 * Our id becomes the namespace's root, which user_namespaces(7) lets everybody do. What such a process keeps from its
 * siblings in /proc belongs to that root, which is us.
 */
static void map_id(const char *path, unsigned id) {
  char line[64];
  snprintf(line, sizeof line, "0 %u 1\n", id);
  write_file(path, line);
}

void enter_user_namespace(const struct plan *plan) {
  if (plan->confinement != IN_USER_NAMESPACE) return;
  const unsigned uid = getuid();
  const unsigned gid = getgid();
  checked(unshare(CLONE_NEWUSER | CLONE_NEWNS), "a user namespace");
  write_file("/proc/self/setgroups", "deny");
  map_id("/proc/self/uid_map", uid);
  map_id("/proc/self/gid_map", gid);
}

void leave_host(const struct plan *plan) {
  if (plan->confinement == FILTERED) return;
  checked(unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC), "namespaces");
  checked(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
}
