#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zygote.h"

/* What QEMU calls under these names is called here instead. */
#define INTERPOSED __attribute__((visibility("default")))

struct start {
  void *(*routine)(void *);
  void *argument;
};

static void *start_parkable(void *context) {
  const struct start start = *(struct start *)context;
  free(context);
  make_parkable();
  return start.routine(start.argument);
}

typedef int create_thread(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static create_thread *real_create(void) { return (create_thread *)dlsym(RTLD_NEXT, "pthread_create"); }

/* QEMU blocks all signals in its threads. */
INTERPOSED int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *argument) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return EAGAIN;
  *start = (struct start){.routine = routine, .argument = argument};
  const int error = real_create()(thread, attributes, start_parkable, start);
  if (error != 0) free(start);
  return error;
}

typedef int init_mutex(pthread_mutex_t *, const pthread_mutexattr_t *);

INTERPOSED int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  remember_mutex(mutex, attributes);
  return ((init_mutex *)dlsym(RTLD_NEXT, "pthread_mutex_init"))(mutex, attributes);
}

typedef int destroy_mutex(pthread_mutex_t *);

INTERPOSED int pthread_mutex_destroy(pthread_mutex_t *mutex) {
  forget_mutex(mutex);
  return ((destroy_mutex *)dlsym(RTLD_NEXT, "pthread_mutex_destroy"))(mutex);
}

/* QEMU keeps guest memory from a fork, since it does not expect to run on in one. */
INTERPOSED int madvise(void *start, size_t length, int advice) {
  return advice == MADV_DONTFORK ? 0 : (int)syscall(SYS_madvise, start, length, advice);
}

/* The rings of io_uring would be shared with a copy. Without them QEMU uses ppoll(2). */
INTERPOSED int io_uring_queue_init(unsigned entries, void *ring, unsigned flags) {
  (void)entries, (void)ring, (void)flags;
  return -ENOSYS;
}

typedef int add_rule(void *, uint32_t, int, unsigned, const void *);

/* QEMU's sandbox denies what it takes to become a machine of its own; confine.c denies it afterwards. */
INTERPOSED int seccomp_rule_add_array(void *filter, uint32_t action, int call, unsigned count, const void *arguments) {
  if (call == SYS_clone || call == SYS_setsid) return 0;
  return ((add_rule *)dlsym(RTLD_NEXT, "seccomp_rule_add_array"))(filter, action, call, count, arguments);
}

__attribute__((constructor)) static void begin(void) {
  unsetenv("LD_PRELOAD");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  close_strays();
  prepare_threads();
  pthread_t thread;
  if (real_create()(&thread, NULL, serve_control, NULL) != 0) abort();
}
