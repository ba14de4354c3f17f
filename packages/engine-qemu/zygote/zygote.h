/*
 * A QEMU process that copies itself. It is loaded into an unmodified QEMU with LD_PRELOAD; README.md says how and why.
 * Between a park and a release every thread stands in a signal handler, maybe inside malloc(3): what is called there
 * takes no lock and allocates nothing.
 */
#pragma once
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
  /* By which the process inherits its control socket and the files of its machine; launcher.h has them too. */
  FIRST_MONITOR_FD = 3,
  CONTROL_FD = 5,
  OVERLAY_FD = 8,
  CONSOLE_FD = 9,
  STATE_FD = 10,
  USERFAULT_FD = 12,
  CARD_FD = 14,
  REASON_BYTES = 256,
};

/*
 * What comes with an order, opened for the copy by the launcher's broker: its directory, sockets, files and log, and what
 * its network card is connected to.
 */
enum { VIEW, AGENT, MONITOR, OVERLAY, CONSOLE, STATE, LOG, CARD, HANDED };

/* threads.c */

/* Learns where the C library keeps a thread's id, and lets threads be parked. Before there are threads. */
void prepare_threads(void);
/* Lets the calling thread be parked. */
void make_parkable(void);
/* What is done on the way to a copy. */
struct steps {
  /* While all threads stand still, before a copy is made. If it gives false, none is made. */
  bool (*prepare)(void *context);
  /* In the copy, while it is alone. Then the threads go on where they were. */
  void (*become)(void *context);
};

/*
 * Copies the process with all its threads but the calling one. Gives the copy's pid, 0 when it could not be prepared,
 * or -1 with errno. Ends the process when a thread does not park in time: it might later, in the middle of another copy.
 */
pid_t copy_process(const struct steps *steps, void *context);

/* locks.c */

void remember_mutex(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
void forget_mutex(pthread_mutex_t *mutex);
/* Makes a thread, whose id was `old` in the zygote, the owner of what it held there. While no thread runs. */
void take_over_mutexes(pid_t old, pid_t new);

/* inventory.c */

/* Notes what the process was started with. Before it opens anything. */
void note_inherited(void);
/*
 * Notes what the process has open, but for its control socket and `handed`. While no thread runs. Gives false with a
 * reason when there is something that it does not know.
 */
bool list_descriptors(const int *handed, char *reason);

/* descriptors.c */

/*
 * Makes what was listed a copy's own: the directory that it works in, and the files and sockets there, are those that
 * were handed over; connections are replaced by new ones, which are waited for. What was listed as harmless stays
 * shared. Calls `listening` once connections can be made. Gives false with a reason.
 */
bool take_descriptors(const int *handed, void (*listening)(void *), void *context, char *reason);

/* memory.c */

/* Opens what tells the pages that are mapped, which a hidden process cannot. */
void open_pagemap(void);
void close_pagemap(void);
/* Has translated code mapped by huge pages, of which there are less to copy. While no thread runs. Once. */
void settle_memory(void);

/* confine.c */

/* Keeps other processes of the same user from looking into this one, where the launcher gave it a user namespace or uid. */
void hide_process(void);
/* Denies a copy what a zygote is allowed: making processes and sessions, and signals to others. */
bool confine_copy(void);

/* control.c */

/* Serves the control socket until it closes, and then ends the process. */
void *serve_control(void *unused);

/* text.c: what of stdio can be used in a signal handler. */

/* Appends to a text of `size` bytes at most, its end included. */
void append(char *text, size_t size, const char *more);
void append_number(char *text, size_t size, long number);
/* `what: Reason`, with the message of errno. */
void explain(char *reason, const char *what);
/*
 * The numbers that name the entries of a directory of /proc. Where they are descriptors, the one by which it is read
 * is left out. Gives how many, or -1.
 */
int list_numbers(const char *directory, bool has_descriptors, int *numbers, int most);
