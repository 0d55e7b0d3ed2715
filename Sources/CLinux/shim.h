// What glibc hides from Swift's Glibc module because it is built without _GNU_SOURCE.
#include <spawn.h>

extern int syncfs(int descriptor);
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
