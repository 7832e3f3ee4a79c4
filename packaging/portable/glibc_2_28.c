/* Lets what was compiled against a newer glibc run on glibc 2.28 (RHEL 8, Debian 10; manylinux_2_28), on x86-64. The linker puts
 * __wrap_NAME in place of NAME (cmake/SatchelPortable.cmake has the same list): the version of the function that 2.28 has, which
 * newer ones have too, or a few lines in its place. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A jump, since it is the same function but for the version that its name asks for. */
#define OLD(name, version)                                   \
  __asm__(".symver old_" #name ", " #name "@" version "\n"   \
          ".text\n.globl __wrap_" #name "\n"                 \
          ".hidden __wrap_" #name "\n"                       \
          ".type __wrap_" #name ", @function\n"              \
          "__wrap_" #name ": jmp *old_" #name "@GOTPCREL(%rip)\n")

/* In libpthread and libdl, which glibc 2.34 made a part of libc. */
OLD(pthread_create, "GLIBC_2.2.5");
OLD(pthread_detach, "GLIBC_2.2.5");
OLD(pthread_getspecific, "GLIBC_2.2.5");
OLD(pthread_join, "GLIBC_2.2.5");
OLD(pthread_key_create, "GLIBC_2.2.5");
OLD(pthread_key_delete, "GLIBC_2.2.5");
OLD(pthread_once, "GLIBC_2.2.5");
OLD(pthread_rwlock_rdlock, "GLIBC_2.2.5");
OLD(pthread_rwlock_unlock, "GLIBC_2.2.5");
OLD(pthread_rwlock_wrlock, "GLIBC_2.2.5");
OLD(pthread_setspecific, "GLIBC_2.2.5");
OLD(pthread_sigmask, "GLIBC_2.2.5");
OLD(dlerror, "GLIBC_2.2.5");
OLD(dlopen, "GLIBC_2.2.5");
OLD(dlsym, "GLIBC_2.2.5");
/* Of which 2.29 has versions that don't set errno. */
OLD(exp, "GLIBC_2.2.5");
OLD(exp2, "GLIBC_2.2.5");
OLD(log, "GLIBC_2.2.5");
OLD(log2, "GLIBC_2.2.5");
OLD(pow, "GLIBC_2.2.5");

/* Where stat() was a part of each program. These have one version only: binutils 2.40 calls their present address if it is asked for
 * by name, as OLD() does. */
int __xstat(int version, const char* path, struct stat* status);
int __fxstat(int version, int descriptor, struct stat* status);
int __lxstat(int version, const char* path, struct stat* status);
int __fxstatat(int version, int directory, const char* path, struct stat* status, int flags);
enum { kStatVersion = 1 };

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN int __wrap_stat(const char* path, struct stat* status) {
  return __xstat(kStatVersion, path, status);
}
HIDDEN int __wrap_fstat(int descriptor, struct stat* status) {
  return __fxstat(kStatVersion, descriptor, status);
}
HIDDEN int __wrap_lstat(const char* path, struct stat* status) {
  return __lxstat(kStatVersion, path, status);
}
HIDDEN int __wrap_fstatat(int directory, const char* path, struct stat* status, int flags) {
  return __fxstatat(kStatVersion, directory, path, status, flags);
}
/* The same on x86-64. */
HIDDEN int __wrap_stat64(const char* path, struct stat* status) {
  return __xstat(kStatVersion, path, status);
}
HIDDEN int __wrap_fstat64(int descriptor, struct stat* status) {
  return __fxstat(kStatVersion, descriptor, status);
}
HIDDEN int __wrap_lstat64(const char* path, struct stat* status) {
  return __lxstat(kStatVersion, path, status);
}

/* libstdc++ asks it whether atomic operations are needed: they always are. */
HIDDEN char __libc_single_threaded = 0;

/* For std::random_device. */
HIDDEN uint32_t __wrap_arc4random(void) {
  uint32_t number = 0;
  while (getrandom(&number, sizeof(number), 0) != sizeof(number)) {
  }
  return number;
}

/* For waits of the steady clock: by the other one, from now on. */
HIDDEN int __wrap_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                         clockid_t clock, const struct timespec* until) {
  enum { kSecond = 1000000000 };
  struct timespec now;
  struct timespec limit;
  clock_gettime(clock, &now);
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += until->tv_sec - now.tv_sec;
  limit.tv_nsec += until->tv_nsec - now.tv_nsec;
  if (limit.tv_nsec < 0) {
    limit.tv_nsec += kSecond;
    --limit.tv_sec;
  } else if (limit.tv_nsec >= kSecond) {
    limit.tv_nsec -= kSecond;
    ++limit.tv_sec;
  }
  return pthread_cond_timedwait(condition, mutex, &limit);
}

/* 2.28 cannot start a process in another directory: a thread with a directory of its own goes there
 * and starts it. */
typedef int AddChdir(posix_spawn_file_actions_t* actions, const char* path);
static _Thread_local const char* pending_directory = NULL;

HIDDEN int __wrap_posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t* actions,
                                                       const char* path) {
  AddChdir* const add = (AddChdir*)dlsym(RTLD_DEFAULT, "posix_spawn_file_actions_addchdir_np");
  if (add != NULL) {
    return add(actions, path);
  }
  pending_directory = path;
  return 0;
}

struct Start {
  pid_t* pid;
  const char* file;
  const posix_spawn_file_actions_t* actions;
  const posix_spawnattr_t* attributes;
  char* const* words;
  char* const* variables;
  const char* directory;
  int error;
};

int __real_posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                        const posix_spawnattr_t* attributes, char* const* words,
                        char* const* variables);

static void* StartThere(void* argument) {
  struct Start* const start = argument;
  if (unshare(CLONE_FS) != 0 || chdir(start->directory) != 0) {
    start->error = errno;
    return NULL;
  }
  start->error = __real_posix_spawnp(start->pid, start->file, start->actions, start->attributes,
                                     start->words, start->variables);
  return NULL;
}

HIDDEN int __wrap_posix_spawnp(pid_t* pid, const char* file,
                               const posix_spawn_file_actions_t* actions,
                               const posix_spawnattr_t* attributes, char* const* words,
                               char* const* variables) {
  struct Start start = {pid, file, actions, attributes, words, variables, pending_directory, 0};
  pending_directory = NULL;
  if (start.directory == NULL) {
    return __real_posix_spawnp(pid, file, actions, attributes, words, variables);
  }
  pthread_t thread;
  const int error = pthread_create(&thread, NULL, StartThere, &start);
  if (error != 0) {
    return error;
  }
  pthread_join(thread, NULL);
  return start.error;
}

#ifndef SATCHEL_PROGRAM
/* The archives are compiled for programs, which refer to variables of libc as if they were their own. In a library they are copies. */
extern FILE* __real_stderr;
extern FILE* __real_stdin;
extern FILE* __real_stdout;
HIDDEN FILE* __wrap_stderr = NULL;
HIDDEN FILE* __wrap_stdin = NULL;
HIDDEN FILE* __wrap_stdout = NULL;

__attribute__((constructor(101))) static void CopyStreams(void) {
  __wrap_stderr = __real_stderr;
  __wrap_stdin = __real_stdin;
  __wrap_stdout = __real_stdout;
}
#endif

#ifdef SATCHEL_PROGRAM
/* Before 2.34 a program called its own constructors. */
typedef int Main(int count, char** words, char** variables);
typedef void Constructor(int count, char** words, char** variables);
extern Constructor* __preinit_array_start[] HIDDEN;
extern Constructor* __preinit_array_end[] HIDDEN;
extern Constructor* __init_array_start[] HIDDEN;
extern Constructor* __init_array_end[] HIDDEN;
extern void (*__fini_array_start[])(void) HIDDEN;
extern void (*__fini_array_end[])(void) HIDDEN;

static void Begin(int count, char** words, char** variables) {
  for (Constructor** next = __preinit_array_start; next < __preinit_array_end; ++next) {
    (*next)(count, words, variables);
  }
  for (Constructor** next = __init_array_start; next < __init_array_end; ++next) {
    (*next)(count, words, variables);
  }
}

int old_start_main(Main* main, int count, char** words,
                   void (*begin)(int count, char** words, char** variables), void (*end)(void),
                   void (*end_of_linker)(void), void* stack);
__asm__(".symver old_start_main, __libc_start_main@GLIBC_2.2.5");

HIDDEN int __wrap___libc_start_main(Main* main, int count, char** words, void (*begin)(void),
                                    void (*end)(void), void (*end_of_linker)(void), void* stack) {
  (void)begin; /* Both are null in a program that was linked against 2.34 or newer. */
  (void)end;
  return old_start_main(main, count, words, Begin, NULL, end_of_linker, stack);
}
#endif
