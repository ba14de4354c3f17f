#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char tap[] = "tap";
static const char stream[] = "stream";

/* The tap of a zygote, in a network that has nothing else. */
static const char idle_tap[] = "idle";

/* Frames as they are: a header on each would be device state, which must not depend on what a card is connected to. */
static int attach_tap(const char *device) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  strncpy(request.ifr_name, device, sizeof request.ifr_name - 1);
  const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -1;
  if (ioctl(fd, TUNSETIFF, &request) == 0 && ioctl(fd, TUNSETOFFLOAD, 0) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* Attaches to a tap that is there: TUNSETIFF would make one. */
static int attach_there(int netns, const char *device) {
  if (setns(netns, CLONE_NEWNET) != 0) return -1;
  return if_nametoindex(device) == 0 ? -1 : attach_tap(device);
}

static int attach_in(const char *netns, const char *device) {
  const int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const int there = open(netns, O_RDONLY | O_CLOEXEC);
  const int fd = here < 0 || there < 0 ? -1 : attach_there(there, device);
  const int error = errno;
  /* A process that does not find back is in a network that is not its own. */
  if (here >= 0 && setns(here, CLONE_NEWNET) != 0) fail("the network namespace");
  if (here >= 0) close(here);
  if (there >= 0) close(there);
  errno = error;
  return fd;
}

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return errno = ENAMETOOLONG, -1;
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* `word <rest>`, which gives the rest; NULL when it is another word. */
static const char *after(const char *text, const char *word) {
  const size_t length = strlen(word);
  if (strncmp(text, word, length) != 0 || text[length] != ' ') return NULL;
  return text + length + 1;
}

int open_card(const char *card) {
  const char *words;
  if (card == NULL) return open("/dev/null", O_RDWR | O_CLOEXEC);
  if ((words = after(card, stream)) != NULL) return connect_to(words);
  const char *space = (words = after(card, tap)) == NULL ? NULL : strchr(words, ' ');
  if (space == NULL || space == words || space - words >= IFNAMSIZ) return errno = EINVAL, -1;
  char device[IFNAMSIZ] = "";
  memcpy(device, words, (size_t)(space - words));
  return attach_in(space + 1, device);
}

/* QEMU gives a connection up whose other end is closed. The broker, which lives as long, has that. */
static int idle_stream(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  const int kept = dup3(ends[1], IDLE_END_FD, O_CLOEXEC);
  close(ends[1]);
  return kept < 0 ? kept : ends[0];
}

int open_idle_card(const char *card) {
  if (card != NULL && strcmp(card, stream) == 0) return idle_stream();
  return open_card(NULL);
}

/* A tap belongs to the network in which its file was opened. */
void connect_idle_tap(const struct plan *plan) {
  if (!plan->is_zygote || plan->card == NULL || strcmp(plan->card, tap) != 0) return;
  if (plan->confinement == FILTERED) {
    errno = ENOTSUP;
    fail("a tap in a network of its own");
  }
  const int fd = checked(attach_tap(idle_tap), "/dev/net/tun");
  checked(dup2(fd, CARD_FD), "/dev/net/tun");
  close(fd);
}
