#define _GNU_SOURCE
#include "zygote.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/*
 * A recursive mutex remembers its owner by the thread's id, which is another one in a copy: unlocking it there would
 * be refused. So those that were initialized are known, and their owners are put right. Of other mutexes the owner is
 * not looked at. Not covered: static recursive ones, which the dynamic linker has, and rwlocks that are held for
 * writing; QEMU uses neither once it runs.
 */

enum { MOST_MUTEXES = 4096 };

static _Atomic(pthread_mutex_t *) mutexes[MOST_MUTEXES];

static bool replace_entry(pthread_mutex_t *old, pthread_mutex_t *new) {
  for (int index = 0; index < MOST_MUTEXES; ++index) {
    pthread_mutex_t *expected = old;
    if (atomic_compare_exchange_strong(&mutexes[index], &expected, new)) return true;
  }
  return false;
}

void remember_mutex(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  int type = PTHREAD_MUTEX_DEFAULT;
  if (attributes == NULL || pthread_mutexattr_gettype(attributes, &type) != 0) return;
  if (type != PTHREAD_MUTEX_RECURSIVE && type != PTHREAD_MUTEX_ERRORCHECK) return;
  if (!replace_entry(NULL, mutex)) abort();
}

void forget_mutex(pthread_mutex_t *mutex) {
  const int type = mutex->__data.__kind & 3;
  if (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK) replace_entry(mutex, NULL);
}

void take_over_mutexes(pid_t old, pid_t new) {
  for (int index = 0; index < MOST_MUTEXES; ++index) {
    pthread_mutex_t *mutex = atomic_load(&mutexes[index]);
    if (mutex != NULL && mutex->__data.__owner == old) mutex->__data.__owner = new;
  }
}
