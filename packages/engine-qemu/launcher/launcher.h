/*
 * Starts a VMM that can reach nothing but its own machine: README.md says how. Every step ends the process when it
 * fails, so that no VMM runs with less than was asked for.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
  MOST_PATHS = 64,
  /* Descriptors of the VMM; the engine's `descriptors.ts` and zygote.h have them too. */
  CONTROL_FD = 5,
  AGENT_FD = 6,
  MONITOR_FD = 7,
  OVERLAY_FD = 8,
  CONSOLE_FD = 9,
  STATE_FD = 10,
  MEMORY_FD = 11,
  USERFAULT_FD = 12,
  DEVICE_FD = 13,
  CARD_FD = 14,
  FIRST_FILE_FD = 15,
  /* Above all that is a VMM's: what the broker has for it. */
  IDLE_END_FD = 514,
};

enum confinement {
  /* A user of its own, and a root, a network and IPC of its own. Needs the privileges of root. */
  AS_USER,
  /* The same, but for the user, in a user namespace. */
  IN_USER_NAMESPACE,
  /* What needs no privilege: no new ones, and the filter of system calls. */
  FILTERED,
};

struct paths {
  const char *all[MOST_PATHS];
  int count;
};

struct plan {
  enum confinement confinement;
  uid_t uid;
  const char *directory;
  const char *memory;
  bool shares_memory;
  /* A process that copies itself: see broker.c. */
  bool is_zygote;
  bool has_small_pages;
  /* Opened read-only, in this order. */
  struct paths files;
  /* What there is in the root, read-only. */
  struct paths shown;
  /* Of hardware virtualisation. */
  const char *device;
  /* What the network card is connected to, as open_card has it; for a zygote the first word of that. */
  const char *card;
  struct paths libraries;
  char **command;
};

/* options.c */

struct plan parse_plan(int count, char **words);

/* fail.c */

/* Says what failed, with the message of errno, and ends the process. */
_Noreturn void fail(const char *what);
int checked(int result, const char *what);

/* files.c: what a VMM works with, opened by us, so that it needs no right to open anything. */

/* Opens all of them under their numbers. */
void open_files(const struct plan *plan);
/* A new socket in a directory that listens under a name. */
int listen_in(int directory, const char *name);
/* A directory, which the VMM may pass through. */
int open_directory(const struct plan *plan, const char *path);
/* A read-only view of a directory from which no path leads out; without privileges, the directory. */
int open_view(const struct plan *plan, const char *path);

/* card.c */

/*
 * Opens what a network card is connected to: `tap <device> <path of a network namespace>`, where it must be, or
 * `stream <path of a socket>`, which is connected to. NULL: nothing, which is /dev/null. Gives -1 with errno.
 */
int open_card(const char *card);
/* The same for a zygote, which is connected to nothing: a connection that nobody uses, where its copies have one. */
int open_idle_card(const char *card);
/* Gives the zygote of copies with taps a tap of its own, once it has a network of its own. */
void connect_idle_tap(const struct plan *plan);

/* namespaces.c */

/* Makes the process root in a user namespace of its own, where that is asked for. */
void enter_user_namespace(const struct plan *plan);
/* Leaves mounts, network and IPC of the host. */
void leave_host(const struct plan *plan);

/* root.c */

/* Has the process see the files of `shown` alone, and work in `view`. */
void enter_root(const struct plan *plan, int view);

/* identity.c */

/* Becomes the VMM's user, without capabilities and without a way to new ones. */
void drop_privileges(const struct plan *plan);

/* memory.c */

/* Keeps transparent huge pages from the VMM, and so from its copies, which inherit it: prctl(2). */
void forbid_huge_pages(const struct plan *plan);

/* filter.c */

/* Denies system calls that a VMM never needs. The zygote's copies get theirs from the library that copies them. */
void filter_calls(const struct plan *plan);

/* broker.c */

/*
 * Starts a process that opens what each copy of a zygote needs, and hands it over. It stands between the daemon and
 * the zygote's control socket.
 */
void start_broker(const struct plan *plan);
