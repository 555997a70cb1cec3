// What a disk holds after the power failed. Nothing is promised but what was flushed: of a file what it was at its last flush, of
// a folder the names it had at its last flush. `power` takes all of the rest. `torn` takes a part: names stay, and of what was
// written and not flushed each block of 4 KiB stays or not, as chance has it.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_FILES = 4096, MOST_NAMES = 8192, BLOCK = 4096 };

/** The C library's own, since shim.c has one too. */
static long (*system_call)(long, ...);

/**
 * A file that was written to. `fd` stays open, because closing any descriptor of a file gives up the locks that SQLite has on it.
 * `image`: what was flushed of it; -1 where nothing has changed since.
 */
typedef struct { dev_t device; ino_t number; int fd, image; } File;
/** A change of a folder. `stash`: what had the name before, -1 for nothing. `from`: of a folder that moved. */
typedef struct { char *path, *from; int stash, is_folder; } Named;

static File files[MOST_FILES];
static Named names[MOST_NAMES];
static int file_count, name_count, stash_count;
static const char *stash_folder;
static pthread_mutex_t power_lock = PTHREAD_MUTEX_INITIALIZER;

static int look_at(const char *path, struct stat *found) { return (int)system_call(SYS_newfstatat, AT_FDCWD, path, found, AT_SYMLINK_NOFOLLOW); }
static int is_there(const char *path) { struct stat found; return look_at(path, &found) == 0; }

static File *file_of(int fd, int is_wanted) {
  struct stat found;
  if (system_call(SYS_fstat, fd, &found) != 0 || !S_ISREG(found.st_mode)) return NULL;
  for (int i = 0; i < file_count; i++)
    if (files[i].number == found.st_ino && files[i].device == found.st_dev) return &files[i];
  if (!is_wanted || file_count == MOST_FILES) return NULL;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int own = (int)system_call(SYS_openat, AT_FDCWD, link, O_RDWR | O_CLOEXEC, 0);
  if (own < 0) return NULL;
  files[file_count] = (File){found.st_dev, found.st_ino, own, -1};
  return &files[file_count++];
}

static void copy_bytes(int from, int to) {
  char bytes[65536];
  off_t at = 0;
  for (ssize_t n; (n = system_call(SYS_pread64, from, bytes, sizeof bytes, at)) > 0; at += n) system_call(SYS_pwrite64, to, bytes, n, at);
}

/** Before the bytes of a file change. */
static void note_change(int fd) {
  int before = errno;
  pthread_mutex_lock(&power_lock);
  File *file = file_of(fd, 1);
  if (file != NULL && file->image < 0) {
    file->image = (int)system_call(SYS_memfd_create, "flushed", 1 /* MFD_CLOEXEC */);
    copy_bytes(file->fd, file->image);
  }
  pthread_mutex_unlock(&power_lock);
  errno = before;
}

/** Whether the flush of a folder makes a change of its names last. */
static int is_in(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}

/** Before a file or a folder is flushed. */
static void note_flush(int fd, const char *path) {
  pthread_mutex_lock(&power_lock);
  File *file = file_of(fd, 0);
  if (file != NULL && file->image >= 0) {
    system_call(SYS_close, file->image);
    file->image = -1;
  }
  int left = 0;
  for (int i = 0; i < name_count; i++)
    if (file == NULL && is_in(names[i].path, path)) {
      free(names[i].path);
      free(names[i].from);
    } else names[left++] = names[i];
  name_count = left;
  pthread_mutex_unlock(&power_lock);
}

/** Before a name is given or taken: keeps what has it. -1 where nothing has. */
static int put_by(const char *path) {
  if (stash_folder == NULL) return -1;
  char place[PATH_MAX];
  pthread_mutex_lock(&power_lock);
  int number = stash_count++;
  pthread_mutex_unlock(&power_lock);
  snprintf(place, sizeof place, "%s/%d-%d", stash_folder, getpid(), number);
  return system_call(SYS_linkat, AT_FDCWD, path, AT_FDCWD, place, 0) == 0 ? number : -1;
}

static void note_name(const char *path, int stash, const char *from, int is_folder) {
  pthread_mutex_lock(&power_lock);
  if (name_count < MOST_NAMES) names[name_count++] = (Named){strdup(path), from == NULL ? NULL : strdup(from), stash, is_folder};
  pthread_mutex_unlock(&power_lock);
}

static unsigned random_state;
static int by_chance(void) { random_state = random_state * 1103515245u + 12345u; return (random_state >> 16) & 1; }

static void tear(File *file) {
  char block[BLOCK];
  struct stat now, then;
  system_call(SYS_fstat, file->fd, &now);
  system_call(SYS_fstat, file->image, &then);
  off_t size = by_chance() ? now.st_size : then.st_size;
  for (off_t at = 0; at < size; at += BLOCK) {
    if (by_chance()) continue;
    memset(block, 0, sizeof block);
    system_call(SYS_pread64, file->image, block, sizeof block, at);
    system_call(SYS_pwrite64, file->fd, block, sizeof block, at);
  }
  system_call(SYS_ftruncate, file->fd, size);
}

static void take_back(const Named *name) {
  char place[PATH_MAX];
  if (name->from != NULL) { system_call(SYS_renameat, AT_FDCWD, name->path, AT_FDCWD, name->from); return; }
  if (name->is_folder) {
    // With all that is in it, wherever that goes.
    snprintf(place, sizeof place, "%s/%d-gone-%d", stash_folder, getpid(), stash_count++);
    system_call(SYS_renameat, AT_FDCWD, name->path, AT_FDCWD, place);
    return;
  }
  system_call(SYS_unlinkat, AT_FDCWD, name->path, 0);
  if (name->stash < 0) return;
  snprintf(place, sizeof place, "%s/%d-%d", stash_folder, getpid(), name->stash);
  system_call(SYS_linkat, AT_FDCWD, place, AT_FDCWD, name->path, 0);
}

/** Nobody else may write meanwhile: the caller has the lock, and ends the process. */
static void cut_power(int is_torn, unsigned seed) {
  random_state = seed;
  for (int i = 0; i < file_count; i++) {
    if (files[i].image < 0) continue;
    if (is_torn) { tear(&files[i]); continue; }
    system_call(SYS_ftruncate, files[i].fd, 0);
    copy_bytes(files[i].image, files[i].fd);
  }
  if (is_torn || stash_folder == NULL) return;
  for (int i = name_count - 1; i >= 0; i--) take_back(&names[i]);
}
