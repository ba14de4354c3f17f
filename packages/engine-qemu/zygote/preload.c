#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
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

/* The function that has this name elsewhere. It is looked up once: the dynamic linker takes a lock for that. */
#define REAL(name)                                           \
  ({                                                         \
    static typeof(name) *real;                               \
    if (real == NULL) real = (typeof(name) *)dlsym(RTLD_NEXT, #name); \
    real;                                                    \
  })

/* QEMU blocks all signals in its threads. */
INTERPOSED int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *argument) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return EAGAIN;
  *start = (struct start){.routine = routine, .argument = argument};
  const int error = REAL(pthread_create)(thread, attributes, start_parkable, start);
  if (error != 0) free(start);
  return error;
}

INTERPOSED int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  remember_mutex(mutex, attributes);
  return REAL(pthread_mutex_init)(mutex, attributes);
}

INTERPOSED int pthread_mutex_destroy(pthread_mutex_t *mutex) {
  forget_mutex(mutex);
  return REAL(pthread_mutex_destroy)(mutex);
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

/*
 * QEMU takes random bytes, those of the RDRAND instruction among them, from a generator that would be copied: gnutls
 * or gcrypt, as it was built. The kernel's is not.
 */
static int fill_random(void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    const ssize_t count = getrandom((char *)bytes + done, length - done, 0);
    if (count < 0 && errno != EINTR) return -1;
    if (count > 0) done += (size_t)count;
  }
  return 0;
}

INTERPOSED int gnutls_rnd(int level, void *bytes, size_t length) {
  (void)level;
  return fill_random(bytes, length);
}

INTERPOSED void gcry_randomize(void *bytes, size_t length, int level) {
  (void)level;
  if (fill_random(bytes, length) != 0) abort();
}

/* A rule's condition on an argument, as libseccomp has it. */
struct condition {
  unsigned argument;
  int operation;
  uint64_t mask;
  uint64_t value;
};

INTERPOSED int seccomp_rule_add_array(void *filter, uint32_t action, int call, unsigned count, const struct condition *conditions);

/*
 * QEMU's sandbox denies what it takes to become a machine of its own: a session, and clone(2) without the flags of a
 * thread. confine.c denies both to a copy. The rules for flags that must not be there stay.
 */
INTERPOSED int seccomp_rule_add_array(void *filter, uint32_t action, int call, unsigned count, const struct condition *conditions) {
  if (call == SYS_setsid || (call == SYS_clone && count == 1 && conditions[0].value == 0)) return 0;
  return REAL(seccomp_rule_add_array)(filter, action, call, count, conditions);
}

__attribute__((constructor)) static void begin(void) {
  unsetenv("LD_PRELOAD");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  note_inherited();
  open_pagemap();
  hide_process();
  prepare_threads();
  pthread_t thread;
  if (REAL(pthread_create)(&thread, NULL, serve_control, NULL) != 0) abort();
}
