#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * fork(2) copies the calling thread alone. So the others first save their registers in a signal handler, and in the
 * copy each is made anew, with its old stack and thread pointer, in the middle of that handler. A thread does not
 * notice: a system call that it waited in is restarted or gives EINTR, as after any signal. Whoever holds a lock is
 * there too, and goes on holding it.
 */

enum { MOST_THREADS = 128, PARK_MS = 5000, CHECK_NS = 100000, THREAD_ID_LIMIT = 4096, FRAME_BYTES = 4096 };

/* The last real-time signal but one; the C library uses the first ones, QEMU none. */
#define PARK_SIGNAL (SIGRTMAX - 1)

struct thread {
  pid_t id;
  pid_t id_in_copy;
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
/* In a copy: whether its threads may go on. */
static atomic_int released;
static pid_t copy;
static int copy_error;
static const struct steps *copy_steps;
static void *copy_context;
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
static void recreate(struct thread *thread) {
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
                    CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  int *id = id_of(thread->pointer);
  thread->id_in_copy = clone(resume, thread->frame - FRAME_BYTES, flags, thread, id, thread->pointer, id);
  if (thread->id_in_copy < 0) _exit(EXIT_FAILURE);
}

/* What the kernel keeps of a thread beside its registers. */
static void become_again(const struct thread *thread) {
  syscall(SYS_set_robust_list, thread->robust_list, thread->robust_list_bytes);
  if (__rseq_size > 0) syscall(SYS_rseq, thread->pointer + __rseq_offset, 32, 0, RSEQ_SIG);
  wait_while(&released, 0);
}

static void lead_copy(pid_t zygote) {
  *id_of(__builtin_thread_pointer()) = current_thread();
  copy_steps->become(copy_context);
  const int count = atomic_load(&claimed);
  for (int index = 0; index < count; ++index) recreate(&threads[index]);
  take_over_mutexes(zygote, current_thread());
  for (int index = 0; index < count; ++index) take_over_mutexes(threads[index].id, threads[index].id_in_copy);
  set_and_wake(&released, 1);
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
  const int index = atomic_fetch_add(&claimed, 1);
  if (index >= MOST_THREADS) _exit(EXIT_FAILURE);
  struct thread *self = &threads[index];
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

struct listing {
  pid_t ids[MOST_THREADS];
  int count;
};

static bool is_in(const struct listing *listing, pid_t id) {
  for (int index = 0; index < listing->count; ++index) {
    if (listing->ids[index] == id) return true;
  }
  return false;
}

static bool is_same(const struct listing *one, const struct listing *other) {
  return one->count == other->count && memcmp(one->ids, other->ids, (size_t)one->count * sizeof(pid_t)) == 0;
}

static void signal_new(const struct listing *all, struct listing *signalled) {
  for (int index = 0; index < all->count; ++index) {
    const pid_t id = all->ids[index];
    if (id == current_thread() || is_in(signalled, id)) continue;
    if (signalled->count == MOST_THREADS) _exit(EXIT_FAILURE);
    signalled->ids[signalled->count++] = id;
    syscall(SYS_tgkill, getpid(), id, PARK_SIGNAL);
  }
}

/*
 * Parks every thread but the calling one. Threads come and go meanwhile, one that is ending never arrives, and a list
 * that is read while one ends may lack others. So two lists on end must be the same, and all in them have arrived,
 * who make no new ones.
 */
static void park_others(void) {
  struct listing signalled = {.count = 0};
  struct listing before = {.count = 0};
  const struct timespec pause = {.tv_nsec = CHECK_NS};
  for (long waited = 0; waited < PARK_MS * 1000000L; waited += CHECK_NS) {
    const int arrived = atomic_load(&parked);
    struct listing now;
    now.count = list_numbers("/proc/self/task", false, now.ids, MOST_THREADS);
    if (now.count < 0) _exit(EXIT_FAILURE);
    signal_new(&now, &signalled);
    if (arrived == now.count - 1 && is_same(&now, &before)) return;
    before = now;
    nanosleep(&pause, NULL);
  }
  _exit(EXIT_FAILURE);
}

pid_t copy_process(const struct steps *steps, void *context) {
  copy_steps = steps;
  copy_context = context;
  copy = 0;
  atomic_store(&claimed, 0);
  atomic_store(&copied, 0);
  atomic_store(&order, HOLD);
  park_others();
  if (steps->prepare(context)) {
    set_and_wake(&order, COPY);
    wait_while(&copied, 0);
  }
  set_and_wake(&order, RELEASE);
  /* One that has not left yet would take the next order for its own. */
  while (atomic_load(&parked) > 0) sched_yield();
  errno = copy_error;
  return copy;
}
