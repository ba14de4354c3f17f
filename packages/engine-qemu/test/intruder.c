/*
 * What a guest could run on the host that has broken out of its VMM: it is started in the VMM's place, tries what it
 * must not be able to do (nothing that would harm a host where it can), and prints for each attempt `refused: <why>` or `ALLOWED`. As a zygote it waits until it is
 * copied, and tries it in the copy.
 *
 * intruder FILE-OF-THE-HOST DIRECTORY-OF-A-SIBLING MEMORY SOCKET ABSTRACT-SOCKET TCP-PORT PID-OF-A-SIBLING
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

/* OVERLAY_FD, MEMORY_FD and IMAGE_FD come with the command that compiles this. */
enum { PAGE_BYTES = 4096, CHECK_US = 10000 };

static void report(const char *what, bool is_allowed) {
  if (is_allowed) printf("%s: ALLOWED\n", what);
  else printf("%s: refused: %s\n", what, strerrorname_np(errno));
}

static void try_open(const char *what, const char *path, int flags) {
  const int fd = open(path, flags, 0600);
  report(what, fd >= 0);
  if (fd < 0) return;
  close(fd);
  if ((flags & O_CREAT) != 0) unlink(path);
}

static void try_reopen(const char *what, int fd, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  try_open(what, path, flags);
}

static void try_files(char **words) {
  char path[PATH_MAX];
  try_open("read a secret of the host", "/etc/shadow", O_RDONLY);
  try_open("read a secret above its directory", "../../../../../../../../../../../../etc/shadow", O_RDONLY);
  try_open("read a file of the daemon", words[1], O_RDONLY);
  snprintf(path, sizeof path, "%s/disk.qcow2", words[2]);
  try_open("write a sibling's disk", path, O_RDWR);
  try_open("write the snapshot's memory by its path", words[3], O_RDWR);
  try_open("make a file in its directory", "new", O_WRONLY | O_CREAT);
  try_open("make a file in its root", "/forkd-intruder", O_WRONLY | O_CREAT);
  char byte = 1;
  report("write the snapshot's memory", pwrite(MEMORY_FD, &byte, 1, 0) == 1);
  report("write the image", pwrite(IMAGE_FD, &byte, 1, 0) == 1);
  report("map the snapshot's memory to write",
         mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, MEMORY_FD, 0) != MAP_FAILED);
  try_reopen("open the snapshot's memory again to write", MEMORY_FD, O_RDWR);
  try_reopen("open the image again to write", IMAGE_FD, O_RDWR);
}

static void try_connect(const char *what, int domain, const void *address, socklen_t length) {
  const int fd = socket(domain, SOCK_STREAM, 0);
  report(what, fd >= 0 && connect(fd, address, length) == 0);
  if (fd >= 0) close(fd);
}

static void try_connections(char **words) {
  const struct sockaddr_in tcp = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[6])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  try_connect("connect by TCP", AF_INET, &tcp, sizeof tcp);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strncpy(name.sun_path, words[4], sizeof name.sun_path - 1);
  try_connect("connect to a socket of the host", AF_UNIX, &name, sizeof name);
  memset(name.sun_path, 0, sizeof name.sun_path);
  strncpy(name.sun_path + 1, words[5], sizeof name.sun_path - 2);
  const size_t length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(words[5]);
  try_connect("connect to an abstract socket", AF_UNIX, &name, (socklen_t)length);
}

static void try_processes(pid_t sibling) {
  char path[64];
  char byte;
  struct iovec here = {.iov_base = &byte, .iov_len = 1}, there = here;
  report("signal a sibling", kill(sibling, SIGWINCH) == 0);
  report("signal a sibling's thread", syscall(SYS_tgkill, sibling, sibling, SIGWINCH) == 0);
  report("trace a sibling", ptrace(PTRACE_SEIZE, sibling, NULL, NULL) == 0);
  report("read a sibling's memory", process_vm_readv(sibling, &here, 1, &there, 1, 0) == 1);
  snprintf(path, sizeof path, "/proc/%d/mem", sibling);
  try_open("open a sibling's memory", path, O_RDWR);
  report("take a sibling's descriptor", syscall(SYS_pidfd_open, sibling, 0) >= 0);
}

static void try_powers(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}};
  syscall(SYS_capget, &header, data);
  errno = 0;
  report("have a capability", (data[0].effective | data[0].permitted | data[1].effective | data[1].permitted) != 0);
  report("gain new privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
  report("change its root", chroot("/") == 0);
  report("make a user namespace", unshare(CLONE_NEWUSER) == 0);
}

/* What a copy inherits of the zygote, or could find by it. */
static void try_zygote(pid_t zygote) {
  try_open("open the zygote's memory", "/proc/self/mem", O_RDWR);
  try_reopen("open the zygote's disk", OVERLAY_FD, O_RDWR);
  try_open("find the zygote's directory", "/proc/self/cwd/disk.qcow2", O_RDONLY);
  report("signal the zygote", kill(zygote, SIGWINCH) == 0);
  report("trace the zygote", ptrace(PTRACE_SEIZE, zygote, NULL, NULL) == 0);
}

int main(int count, char **words) {
  if (count != 8) return EXIT_FAILURE;
  const pid_t first = getpid();
  setvbuf(stdout, NULL, _IONBF, 0);
  /* The library that copies it serves descriptor 5. */
  struct sockaddr_un name;
  socklen_t length = sizeof name;
  const bool is_zygote = getsockname(5, (struct sockaddr *)&name, &length) == 0;
  while (is_zygote && getpid() == first) usleep(CHECK_US);
  try_files(words);
  try_connections(words);
  try_processes(atoi(words[7]));
  try_powers();
  if (is_zygote) try_zygote(first);
  printf("end\n");
  while (is_zygote) pause();
  return EXIT_SUCCESS;
}
