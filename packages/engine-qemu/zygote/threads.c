#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * fork(2) copies the calling thread alone. So the others first save their registers in a signal handler, and in the
 * copy each is made anew, with its old stack and thread pointer, in the middle of that handler. A thread does not
 * notice: a system call that it waited in is restarted or gives EINTR, as after any signal. Locks stay right, since
 * whoever holds one is there too.
 */

enum { MOST_THREADS = 128, PARK_MS = 5000, CHECK_NS = 100000, THREAD_ID_LIMIT = 4096, FRAME_BYTES = 4096 };

/* The last real-time signal but one; the C library uses the first ones, QEMU none. */
#define PARK_SIGNAL (SIGRTMAX - 1)

struct thread {
  pid_t id;
  void *registers[5];
  /* The frame that the registers were saved in. */
  char *frame;
  char *pointer;
  void *robust_list;
  size_t robust_list_bytes;
};

enum order { HOLD, COPY, RELEASE };

static struct thread threads[MOST_THREADS];
/* How many of `threads` are taken, and how many threads stand in the handler, the first one too. */
static atomic_int claimed;
static atomic_int parked;
static atomic_int order = RELEASE;
static atomic_int copied;
static pid_t copy;
static int copy_error;
static void (*become_copy)(void *);
static void *become_context;
/* From a thread's pointer to where the C library keeps its id. */
static ptrdiff_t id_offset;

static pid_t current_thread(void) { return (pid_t)syscall(SYS_gettid); }

static void wait_while(atomic_int *word, int value) {
  while (atomic_load(word) == value) syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void set_and_wake(atomic_int *word, int value) {
  atomic_store(word, value);
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static int *id_of(char *pointer) { return (int *)(pointer + id_offset); }

static int resume(void *thread) { __builtin_longjmp(((struct thread *)thread)->registers, 1); }

/* As pthread_create(3) makes a thread. It begins well below the frame that the old one stands in, and returns there. */
static bool recreate(struct thread *thread) {
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
                    CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  int *id = id_of(thread->pointer);
  return clone(resume, thread->frame - FRAME_BYTES, flags, thread, id, thread->pointer, id) >= 0;
}

/* What the kernel and the C library keep of a thread beside its registers. */
static void become_again(const struct thread *thread) {
  take_over_mutexes(thread->id, current_thread());
  syscall(SYS_set_robust_list, thread->robust_list, thread->robust_list_bytes);
  if (__rseq_size > 0) syscall(SYS_rseq, thread->pointer + __rseq_offset, 32, 0, RSEQ_SIG);
}

static void lead_copy(pid_t zygote) {
  *id_of(__builtin_thread_pointer()) = current_thread();
  take_over_mutexes(zygote, current_thread());
  become_copy(become_context);
  const int count = atomic_load(&claimed);
  for (int index = 0; index < count; ++index) {
    if (!recreate(&threads[index])) _exit(EXIT_FAILURE);
  }
}

/* clone(2) as fork(2), but without what the C library does for a process that then has one thread. */
static void lead(void) {
  atomic_fetch_add(&parked, 1);
  wait_while(&order, HOLD);
  if (atomic_load(&order) == COPY) {
    const pid_t zygote = current_thread();
    const long result = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (result == 0) return lead_copy(zygote);
    copy_error = errno;
    copy = (pid_t)result;
    set_and_wake(&copied, 1);
  }
  atomic_fetch_sub(&parked, 1);
}

static void follow(void) {
  struct thread *self = &threads[atomic_fetch_add(&claimed, 1)];
  self->id = current_thread();
  self->frame = __builtin_frame_address(0);
  self->pointer = __builtin_thread_pointer();
  syscall(SYS_get_robust_list, 0, &self->robust_list, &self->robust_list_bytes);
  if (__builtin_setjmp(self->registers) != 0) return become_again(self);
  atomic_fetch_add(&parked, 1);
  wait_while(&order, HOLD);
  wait_while(&order, COPY);
  atomic_fetch_sub(&parked, 1);
}

static void park(int signal) {
  (void)signal;
  const int error = errno;
  if (current_thread() == getpid()) lead();
  else follow();
  errno = error;
}

void prepare_threads(void) {
  char *pointer = __builtin_thread_pointer();
  const pid_t id = current_thread();
  while (*id_of(pointer) != id) {
    id_offset += (ptrdiff_t)sizeof(int);
    if (id_offset >= THREAD_ID_LIMIT) abort();
  }
  struct sigaction action = {.sa_handler = park, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  sigaction(PARK_SIGNAL, &action, NULL);
}

void make_parkable(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, PARK_SIGNAL);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static bool is_among(pid_t id, const pid_t *ids, int count) {
  for (int index = 0; index < count; ++index) {
    if (ids[index] == id) return true;
  }
  return false;
}

struct signalled {
  pid_t ids[MOST_THREADS];
  int count;
};

/* Signals the threads that were not yet. Gives how many should stand in the handler, or -1. */
static int signal_others(struct signalled *signalled) {
  pid_t all[MOST_THREADS];
  const int living = list_numbers("/proc/self/task", all, MOST_THREADS);
  if (living < 0) return -1;
  const pid_t self = current_thread();
  int expected = 0;
  for (int index = 0; index < living; ++index) {
    if (all[index] == self) continue;
    ++expected;
    if (is_among(all[index], signalled->ids, signalled->count)) continue;
    if (signalled->count == MOST_THREADS) return -1;
    signalled->ids[signalled->count++] = all[index];
    syscall(SYS_tgkill, getpid(), all[index], PARK_SIGNAL);
  }
  return expected;
}

/*
 * Parks every thread but the calling one. Threads come and go meanwhile, and one that is ending never arrives, so all
 * are looked at again and again. Those that have arrived make no new ones.
 */
static bool park_others(void) {
  struct signalled signalled = {.count = 0};
  const struct timespec pause = {.tv_nsec = CHECK_NS};
  for (long waited = 0; waited < PARK_MS * 1000000L; waited += CHECK_NS) {
    const int arrived = atomic_load(&parked);
    const int expected = signal_others(&signalled);
    if (expected < 0) return false;
    if (arrived == expected) return true;
    nanosleep(&pause, NULL);
  }
  errno = ETIMEDOUT;
  return false;
}

pid_t copy_process(void (*become)(void *), void *context) {
  become_copy = become;
  become_context = context;
  atomic_store(&claimed, 0);
  atomic_store(&copied, 0);
  atomic_store(&order, HOLD);
  const bool are_parked = park_others();
  int error = errno;
  if (are_parked) {
    set_and_wake(&order, COPY);
    wait_while(&copied, 0);
    error = copy_error;
  }
  set_and_wake(&order, RELEASE);
  /* One that has not left yet would take the next order for its own. */
  while (atomic_load(&parked) > 0) sched_yield();
  errno = error;
  return are_parked ? copy : -1;
}
