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
  /* The descriptor by which the process inherits its control socket; the engine's CONTROL_FD. */
  CONTROL_FD = 5,
  REASON_BYTES = 256,
};

/* threads.c */

/* Learns where the C library keeps a thread's id, and lets threads be parked. Before there are threads. */
void prepare_threads(void);
/* Lets the calling thread be parked. */
void make_parkable(void);
/*
 * Copies the process with all its threads but the calling one. In the copy, `become` is called while it is alone;
 * then the threads go on where they were. Gives the copy's pid, or -1 with errno. Ends the process when a thread does
 * not park in time: it might later, in the middle of another copy.
 */
pid_t copy_process(void (*become)(void *), void *context);

/* locks.c */

void remember_mutex(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
void forget_mutex(pthread_mutex_t *mutex);
/* Makes a thread, whose id was `old` in the zygote, the owner of what it held there. While no thread runs. */
void take_over_mutexes(pid_t old, pid_t new);

/* descriptors.c */

/* Closes pipes and sockets that came along by accident. Before QEMU opens its own. */
void close_strays(void);
/*
 * Makes the descriptors of a copy its own. What lies below `from`, the working directory, is copied to `to`; sockets
 * there listen anew, and their connections are replaced by new ones, which are waited for. What is outside stays
 * shared. Calls `listening` once connections can be made. Gives false with a reason.
 */
bool take_descriptors(const char *from, const char *to, void (*listening)(void *), void *context, char *reason);

/* confine.c */

/* Denies a copy what preload.c left out of QEMU's sandbox: making processes and sessions. */
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
