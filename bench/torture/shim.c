// Stands between a program and the C library, counts what it asks of the disk and of its sockets, and lets one of these calls fail.
// Below Node, so that libraries of machine code are included. Linux with glibc; built by shim.mjs.
//
//   TORTURE_ROOT   only files below this folder count, and connections over TCP
//   TORTURE_AT     the first call of TORTURE_KIND from this number on fails, from 1; 0 for none. Numbers shift a little from run
//                  to run, because threads do
//   TORTURE_KIND   open, read, write …: see below
//   TORTURE_FAULT  an errno by its name, "short" for half a write, "kill" for SIGKILL before the call, "power" for that and
//                  the loss of what was not flushed
//   TORTURE_STICKY set: each later call of the same kind fails as well
//   TORTURE_LOG    a file that gets a line for each call: number, kind, path
//   TORTURE_DEAF   the flushes of files whose path contains this do nothing, to see that somebody notices
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_FDS = 4096, MOST_FILES = 4096 };
typedef enum { OPEN, READ, WRITE, FLUSH, NAME, LOCK, CONNECT, SEND, RECEIVE, KINDS } Kind;
static const char *const KIND[KINDS] = {"open", "read", "write", "flush", "name", "lock", "connect", "send", "receive"};
static const struct { const char *name; int code; } ERRORS[] = {
  {"ENOSPC", ENOSPC}, {"EACCES", EACCES}, {"EIO", EIO}, {"EXDEV", EXDEV}, {"EMFILE", EMFILE}, {"EROFS", EROFS},
  {"EAGAIN", EAGAIN}, {"ECONNRESET", ECONNRESET}, {"EPIPE", EPIPE}, {"ECONNREFUSED", ECONNREFUSED}, {"ETIMEDOUT", ETIMEDOUT},
};

/** A file that changed, and how much of it would be there after the power failed. */
typedef struct { char path[PATH_MAX]; off_t flushed; } Changed;
/** A name that was given, and that lasts once its folder is flushed. */
typedef struct { char path[PATH_MAX]; char before[PATH_MAX]; } Named;

static char root[PATH_MAX];
static size_t root_length;
static long at;
static int fault_code, is_short, is_kill, is_power, is_sticky, log_fd = -1;
static const char *deaf;
static atomic_long calls;
static atomic_int struck;
static int struck_kind = -1;
static char fd_kinds[MOST_FDS]; // 0 unknown, 1 a file below the root, 2 a connection, 3 something else
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Changed *changed[MOST_FILES];
static Named *named[MOST_FILES];

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("TORTURE_ROOT"), *fault = getenv("TORTURE_FAULT"), *log = getenv("TORTURE_LOG");
  if (folder == NULL || realpath(folder, root) == NULL) return;
  root_length = strlen(root);
  at = getenv("TORTURE_AT") == NULL ? 0 : atol(getenv("TORTURE_AT"));
  is_sticky = getenv("TORTURE_STICKY") != NULL;
  deaf = getenv("TORTURE_DEAF");
  if (log != NULL) log_fd = (int)syscall(SYS_open, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *kind = getenv("TORTURE_KIND");
  if (fault == NULL || kind == NULL) return;
  for (int i = 0; i < KINDS; i++) if (strcmp(kind, KIND[i]) == 0) struck_kind = i;
  is_short = strcmp(fault, "short") == 0;
  is_power = strcmp(fault, "power") == 0;
  is_kill = is_power || strcmp(fault, "kill") == 0;
  for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++)
    if (strcmp(fault, ERRORS[i].name) == 0) fault_code = ERRORS[i].code;
}

/** The path as it is from the root of the file system; false where it is not below the folder that counts. */
static int is_inside(int folder, const char *path, char *whole) {
  if (root_length == 0 || path == NULL) return 0;
  if (path[0] == '/') snprintf(whole, PATH_MAX, "%s", path);
  else {
    char link[64], base[PATH_MAX];
    if (folder == AT_FDCWD) { if (getcwd(base, sizeof base) == NULL) return 0; }
    else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t n = readlink(link, base, sizeof base - 1);
      if (n < 0) return 0;
      base[n] = 0;
    }
    if (snprintf(whole, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
  }
  return strncmp(whole, root, root_length) == 0 && (whole[root_length] == '/' || whole[root_length] == 0);
}

/** What a descriptor is, and the path of a file. */
static int kind_of(int fd, char *path) {
  char link[64];
  if (root_length == 0 || fd < 0 || fd >= MOST_FDS || fd == log_fd) return 3;
  if (fd_kinds[fd] == 2 || fd_kinds[fd] == 3) return fd_kinds[fd];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, PATH_MAX - 1);
  if (n < 0) return 3;
  path[n] = 0;
  if (fd_kinds[fd] == 0) fd_kinds[fd] = strncmp(path, root, root_length) == 0 ? 1 : 3;
  return fd_kinds[fd];
}

static void forget(int fd) { if (fd >= 0 && fd < MOST_FDS) fd_kinds[fd] = 0; }

// ---------------------------------------------------------------- what a power cut would take

static off_t size_of(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 ? about.st_size : 0;
}

static Changed *changed_at(const char *path) {
  for (int i = 0; i < MOST_FILES; i++) if (changed[i] != NULL && strcmp(changed[i]->path, path) == 0) return changed[i];
  return NULL;
}

/** `flushed`: what is on the disk of it before it changes. */
static void note_change(const char *path, off_t flushed) {
  pthread_mutex_lock(&lock);
  if (changed_at(path) == NULL)
    for (int i = 0; i < MOST_FILES; i++) if (changed[i] == NULL) {
      changed[i] = malloc(sizeof **changed);
      snprintf(changed[i]->path, PATH_MAX, "%s", path);
      changed[i]->flushed = flushed;
      break;
    }
  pthread_mutex_unlock(&lock);
}

static void note_flush(const char *path) {
  if (deaf != NULL && strstr(path, deaf) != NULL) return;
  pthread_mutex_lock(&lock);
  Changed *file = changed_at(path);
  if (file != NULL) file->flushed = size_of(path);
  size_t length = strlen(path);
  for (int i = 0; i < MOST_FILES; i++)
    if (named[i] != NULL && strncmp(named[i]->path, path, length) == 0 && named[i]->path[length] == '/' && strchr(named[i]->path + length + 1, '/') == NULL) {
      free(named[i]);
      named[i] = NULL;
    }
  pthread_mutex_unlock(&lock);
}

static void note_name(const char *before, const char *path, int moves) {
  pthread_mutex_lock(&lock);
  Changed *file = changed_at(before);
  if (file != NULL && moves) snprintf(file->path, PATH_MAX, "%s", path);
  if (file != NULL && !moves) for (int i = 0; i < MOST_FILES; i++) if (changed[i] == NULL) {
    changed[i] = malloc(sizeof **changed);
    snprintf(changed[i]->path, PATH_MAX, "%s", path);
    changed[i]->flushed = file->flushed;
    break;
  }
  for (int i = 0; i < MOST_FILES; i++) if (named[i] == NULL) {
    named[i] = malloc(sizeof **named);
    snprintf(named[i]->path, PATH_MAX, "%s", path);
    snprintf(named[i]->before, PATH_MAX, "%s", moves ? before : "");
    break;
  }
  pthread_mutex_unlock(&lock);
}

static void cut_power(void) {
  for (int i = 0; i < MOST_FILES; i++)
    if (changed[i] != NULL && size_of(changed[i]->path) > changed[i]->flushed) syscall(SYS_truncate, changed[i]->path, changed[i]->flushed);
  for (int i = MOST_FILES - 1; i >= 0; i--) if (named[i] != NULL) {
    if (named[i]->before[0] == 0) syscall(SYS_unlink, named[i]->path);
    else syscall(SYS_rename, named[i]->path, named[i]->before);
  }
}

// ---------------------------------------------------------------- the one decision

/**
 * Not tried: libsql 0.5.29 takes a part of a database or of its log that cannot be read for zeros, where SQLite itself says so. A
 * disk that takes writes and gives them not back a moment later loses the books.
 */
static int is_database(const char *path) { return strstr(path, ".db") != NULL; }

/** Counts a call. 0: it is made; else it fails, with -1 for half a write and an errno otherwise. */
static int meets(Kind kind, const char *path) {
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (log_fd >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, KIND[kind], path);
    syscall(SYS_write, log_fd, line, length);
  }
  if (at == 0 || number < at || (int)kind != struck_kind || (kind == READ && is_database(path))) return 0;
  if (atomic_exchange(&struck, 1) && !is_sticky) return 0;
  if (log_fd >= 0) syscall(SYS_write, log_fd, "struck\n", 7);
  if (is_kill) {
    pthread_mutex_lock(&lock);
    if (is_power) cut_power();
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
  }
  return is_short ? (kind == WRITE || kind == SEND ? -1 : 0) : fault_code;
}
#define FAIL(code) do { errno = (code); return -1; } while (0)

// ---------------------------------------------------------------- files

static int opened(int folder, const char *path, int flags, mode_t mode) {
  char whole[PATH_MAX];
  if (!is_inside(folder, path, whole)) {
    int other = (int)syscall(SYS_openat, folder, path, flags, mode);
    forget(other);
    return other;
  }
  int code = meets(OPEN, whole);
  if (code > 0) FAIL(code);
  off_t before = (flags & O_TRUNC) ? 0 : size_of(whole);
  int is_new = (flags & O_CREAT) && access(whole, F_OK) != 0;
  int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
  if (fd < 0) return fd;
  forget(fd);
  if ((flags & O_ACCMODE) != O_RDONLY) note_change(whole, is_new ? 0 : before);
  return fd;
}
#define MODE(flags, from) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, from); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE(flags, flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags, flags) return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags, flags) return opened(folder, path, flags, mode); }

int close(int fd) {
  forget(fd);
  return (int)syscall(SYS_close, fd);
}

/** Before bytes go to a file or a connection: how many may go, or -1 with errno set. */
static ssize_t allowed(int fd, size_t bytes) {
  char path[PATH_MAX];
  int what = kind_of(fd, path);
  if (what == 3) return (ssize_t)bytes;
  int code = meets(what == 1 ? WRITE : SEND, what == 1 ? path : "");
  if (code > 0) FAIL(code);
  if (what == 1) note_change(path, size_of(path));
  return (ssize_t)(code < 0 && bytes > 1 ? bytes / 2 : bytes);
}
static size_t total(const struct iovec *parts, int count) {
  size_t all = 0;
  for (int i = 0; i < count; i++) all += parts[i].iov_len;
  return all;
}
ssize_t write(int fd, const void *from, size_t bytes) {
  ssize_t most = allowed(fd, bytes);
  return most < 0 ? -1 : syscall(SYS_write, fd, from, most);
}
ssize_t pwrite(int fd, const void *from, size_t bytes, off_t offset) {
  ssize_t most = allowed(fd, bytes);
  return most < 0 ? -1 : syscall(SYS_pwrite64, fd, from, most, offset);
}
ssize_t pwrite64(int fd, const void *from, size_t bytes, off_t offset) { return pwrite(fd, from, bytes, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t most = allowed(fd, total(parts, count));
  if (most < 0) return -1;
  if ((size_t)most < total(parts, count)) count = 1;
  return syscall(SYS_writev, fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  ssize_t most = allowed(fd, total(parts, count));
  if (most < 0) return -1;
  if ((size_t)most < total(parts, count)) count = 1;
  return syscall(SYS_pwritev, fd, parts, count, (unsigned long)offset, 0UL);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev(fd, parts, count, offset); }

/** Before bytes come: 0, or -1 with errno set. */
static int may_read(int fd) {
  char path[PATH_MAX];
  int what = kind_of(fd, path);
  if (what == 3) return 0;
  int code = meets(what == 1 ? READ : RECEIVE, what == 1 ? path : "");
  if (code > 0) FAIL(code);
  return 0;
}
ssize_t read(int fd, void *to, size_t bytes) { return may_read(fd) < 0 ? -1 : syscall(SYS_read, fd, to, bytes); }
ssize_t pread(int fd, void *to, size_t bytes, off_t offset) { return may_read(fd) < 0 ? -1 : syscall(SYS_pread64, fd, to, bytes, offset); }
ssize_t pread64(int fd, void *to, size_t bytes, off_t offset) { return pread(fd, to, bytes, offset); }

static int flushed(int fd, long call) {
  char path[PATH_MAX];
  if (kind_of(fd, path) != 1) return (int)syscall(call, fd);
  int code = meets(FLUSH, path);
  if (code > 0) FAIL(code);
  int result = (int)syscall(call, fd);
  if (result == 0) note_flush(path);
  return result;
}
int fsync(int fd) { return flushed(fd, SYS_fsync); }
int fdatasync(int fd) { return flushed(fd, SYS_fdatasync); }
int ftruncate(int fd, off_t length) {
  if (allowed(fd, 0) < 0) return -1;
  return (int)syscall(SYS_ftruncate, fd, length);
}
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

static int names(const char *before, const char *path, int moves) {
  char from[PATH_MAX], to[PATH_MAX];
  long call = moves ? SYS_rename : SYS_link;
  int counts = is_inside(AT_FDCWD, path, to);
  if (!is_inside(AT_FDCWD, before, from) || !counts) return (int)syscall(call, before, path);
  int code = meets(NAME, to);
  if (code > 0) FAIL(code);
  int result = (int)syscall(call, before, path);
  if (result == 0) note_name(from, to, moves);
  return result;
}
int rename(const char *before, const char *path) { return names(before, path, 1); }
int link(const char *before, const char *path) { return names(before, path, 0); }

#define ONE_PATH(name, call, ...) \
  char whole[PATH_MAX]; \
  if (is_inside(AT_FDCWD, path, whole)) { int code = meets(NAME, whole); if (code > 0) FAIL(code); } \
  return (int)syscall(call, path, ##__VA_ARGS__)
int unlink(const char *path) { ONE_PATH(unlink, SYS_unlink); }
int mkdir(const char *path, mode_t mode) { ONE_PATH(mkdir, SYS_mkdir, mode); }
int rmdir(const char *path) { ONE_PATH(rmdir, SYS_rmdir); }

static int controlled(int fd, int command, void *more) {
  char path[PATH_MAX];
  if ((command == F_SETLK || command == F_SETLKW) && kind_of(fd, path) == 1) {
    int code = meets(LOCK, path);
    if (code > 0) FAIL(code);
  }
  return (int)syscall(SYS_fcntl, fd, command, more);
}
int fcntl(int fd, int command, ...) { va_list rest; va_start(rest, command); void *more = va_arg(rest, void *); va_end(rest); return controlled(fd, command, more); }
int fcntl64(int fd, int command, ...) { va_list rest; va_start(rest, command); void *more = va_arg(rest, void *); va_end(rest); return controlled(fd, command, more); }

// ---------------------------------------------------------------- connections

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  if (root_length > 0 && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
    int code = meets(CONNECT, "");
    if (code > 0) FAIL(code);
    if (fd >= 0 && fd < MOST_FDS) fd_kinds[fd] = 2;
  }
  return (int)syscall(SYS_connect, fd, address, length);
}
ssize_t send(int fd, const void *from, size_t bytes, int flags) {
  ssize_t most = allowed(fd, bytes);
  return most < 0 ? -1 : syscall(SYS_sendto, fd, from, most, flags, NULL, 0);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  return allowed(fd, 1) < 0 ? -1 : syscall(SYS_sendmsg, fd, message, flags);
}
ssize_t recv(int fd, void *to, size_t bytes, int flags) { return may_read(fd) < 0 ? -1 : syscall(SYS_recvfrom, fd, to, bytes, flags, NULL, NULL); }
ssize_t recvmsg(int fd, struct msghdr *message, int flags) { return may_read(fd) < 0 ? -1 : syscall(SYS_recvmsg, fd, message, flags); }
