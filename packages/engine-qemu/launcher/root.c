#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TRAVERSABLE = 0755, READABLE = 0644 };

static const char *const links[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

/* Paths of the new root, while it is the working directory, are those of the host without the first slash. */
static const char *within(const char *path) { return path + 1; }

static void make_directory(const char *path) {
  if (mkdir(path, TRAVERSABLE) != 0 && errno != EEXIST) fail(path);
}

static void make_parents(const char *path) {
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s", within(path));
  for (char *slash = part; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
    *slash = '\0';
    make_directory(part);
  }
}

/* A place to mount what is at `path`. */
static void make_place(const char *path, const char *at) {
  struct stat found;
  checked(stat(path, &found), path);
  make_parents(at);
  if (S_ISDIR(found.st_mode)) return make_directory(within(at));
  const int fd = open(within(at), O_WRONLY | O_CREAT | O_CLOEXEC, READABLE);
  close(checked(fd, at));
}

static void show(const char *path, const char *at, unsigned long attributes) {
  make_place(path, at);
  struct mount_attr attr = {.attr_set = attributes};
  const int tree = checked(open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), path);
  checked(mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof attr), path);
  checked(move_mount(tree, "", AT_FDCWD, within(at), MOVE_MOUNT_F_EMPTY_PATH), path);
  close(tree);
}

/* Where /lib and the like are links, programs are looked for by them. */
static void copy_links(void) {
  for (size_t index = 0; index < sizeof links / sizeof *links; ++index) {
    char target[PATH_MAX];
    const ssize_t length = readlink(links[index], target, sizeof target - 1);
    if (length < 0) continue;
    target[length] = '\0';
    checked(symlink(target, within(links[index])), links[index]);
  }
}

static const char *library_path(int index) {
  static char path[64];
  snprintf(path, sizeof path, "/forkd/library-%d.so", index);
  return path;
}

static void fill_root(const struct plan *plan) {
  const unsigned long read_only = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  /* The VMM's user goes through what we make here. */
  const mode_t mask = umask(0);
  copy_links();
  for (int index = 0; index < plan->shown.count; ++index) show(plan->shown.all[index], plan->shown.all[index], read_only);
  for (int index = 0; index < plan->libraries.count; ++index) {
    show(plan->libraries.all[index], library_path(index), read_only);
  }
  /* QEMU tries there which kind of lock there is. */
  show("/dev/null", "/dev/null", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  /* A copy has another number, and finds the zygote there, which is not its to look at. */
  char self[64];
  snprintf(self, sizeof self, "/proc/%d", getpid());
  show(self, "/proc/self", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  umask(mask);
}

/* https://man7.org/linux/man-pages/man2/pivot_root.2.html: `pivot_root(".", ".")` */
static void pivot(void) {
  checked((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
  checked(umount2(".", MNT_DETACH), "the old root");
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  checked(mount_setattr(AT_FDCWD, "/", 0, &attributes, sizeof attributes), "/");
}

static void preload(const struct plan *plan) {
  char list[PATH_MAX] = "";
  for (int index = 0; index < plan->libraries.count; ++index) {
    char path[64];
    if (plan->confinement == FILTERED) {
      /* A path may have spaces and colons, at which the dynamic linker splits its list. */
      snprintf(path, sizeof path, "/proc/self/fd/%d", checked(open(plan->libraries.all[index], O_RDONLY), plan->libraries.all[index]));
    } else {
      snprintf(path, sizeof path, "%s", library_path(index));
    }
    if (index > 0) strcat(list, ":");
    strcat(list, path);
  }
  if (plan->libraries.count > 0) checked(setenv("LD_PRELOAD", list, 1), "LD_PRELOAD");
}

void enter_root(const struct plan *plan, int view) {
  preload(plan);
  if (plan->confinement != FILTERED) {
    checked(mount("root", plan->directory, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k,nr_inodes=512"), "a root");
    checked(chdir(plan->directory), plan->directory);
    fill_root(plan);
    pivot();
  }
  checked(fchdir(view), plan->directory);
  close(view);
}
