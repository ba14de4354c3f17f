#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
  /* Whoever has the directory for its working one may go through, and see nothing of it. */
  PASSABLE = 0711,
  PRIVATE = 0600,
  /* What is opened on the way lies above all numbers that mean something. */
  ABOVE_ALL = 256,
};

/* Gives a descriptor its number; the VMM inherits it. */
static void place(int fd, int number, const char *what) {
  checked(fd, what);
  if (fd == number) {
    checked(fcntl(fd, F_SETFD, 0), what);
    return;
  }
  checked(dup2(fd, number), what);
  close(fd);
}

/*
 * Opens a file so that nobody can open it for writing by the descriptor, as its owner could by /proc/self/fd: by a
 * mount that is read-only. Another user's files need none.
 */
static int open_to_read(const struct plan *plan, const char *path) {
  if (plan->confinement != IN_USER_NAMESPACE) return open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  const int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  if (tree < 0 || mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) return -1;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", tree);
  const int fd = open(link, O_RDONLY | O_CLOEXEC);
  close(tree);
  return fd;
}

static void place_file(int directory, const char *path, int flags, int number) {
  place(openat(directory, path, flags | O_NOFOLLOW | O_CLOEXEC, PRIVATE), number, path);
}

int listen_in(int directory, const char *name) {
  const int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, name, sizeof address.sun_path - 1);
  /* bind(2) knows no directory but the working one. */
  const bool listens = here >= 0 && fd >= 0 && fchdir(directory) == 0 &&
                       bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
  const int error = errno;
  const bool is_back = here >= 0 && fchdir(here) == 0;
  if (here >= 0) close(here);
  if (listens && is_back) return fd;
  if (fd >= 0) close(fd);
  errno = error;
  return -1;
}

int open_directory(const struct plan *plan, const char *path) {
  const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || plan->confinement != AS_USER || fchmod(fd, PASSABLE) == 0) return fd;
  close(fd);
  return -1;
}

void open_files(const struct plan *plan) {
  /* What came along by accident ends with the launcher. */
  checked(close_range(AGENT_FD, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
  const int found = checked(open_directory(plan, plan->directory), plan->directory);
  const int directory = checked(fcntl(found, F_DUPFD_CLOEXEC, ABOVE_ALL), plan->directory);
  close(found);
  place(listen_in(directory, "agent.sock"), AGENT_FD, "agent.sock");
  place(listen_in(directory, "qmp.sock"), MONITOR_FD, "qmp.sock");
  place_file(directory, "disk.qcow2", O_RDWR, OVERLAY_FD);
  place_file(directory, "console.log", O_WRONLY | O_APPEND | O_CREAT, CONSOLE_FD);
  place_file(directory, "device-state", O_RDWR | O_CREAT, STATE_FD);
  close(directory);
  if (plan->memory != NULL && plan->shares_memory) place_file(AT_FDCWD, plan->memory, O_RDWR, MEMORY_FD);
  else if (plan->memory != NULL) place(open_to_read(plan, plan->memory), MEMORY_FD, plan->memory);
  const int faults = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
  if (faults >= 0) place(faults, USERFAULT_FD, "/dev/userfaultfd");
  if (plan->device != NULL) place(open(plan->device, O_RDWR | O_CLOEXEC), DEVICE_FD, plan->device);
  const char *card = plan->card == NULL ? "/dev/null" : plan->card;
  place(plan->is_zygote ? open_idle_card(plan->card) : open_card(plan->card), CARD_FD, card);
  for (int index = 0; index < plan->files.count; ++index) {
    place(open_to_read(plan, plan->files.all[index]), FIRST_FILE_FD + index, plan->files.all[index]);
  }
}

int open_view(const struct plan *plan, const char *path) {
  const int directory = open_directory(plan, path);
  if (directory < 0 || plan->confinement == FILTERED) return directory;
  const int view = open_tree(directory, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  close(directory);
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
  if (view < 0 || mount_setattr(view, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0) return view;
  close(view);
  return -1;
}
