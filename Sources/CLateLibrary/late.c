#include "CLateLibrary.h"

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

// Loads it once, however often it is asked for. It stays for as long as the process lives.
static void *load(const char *library) { return dlopen(library, RTLD_LAZY | RTLD_LOCAL); }

const char *late_problem(const char *library) { return load(library) ? NULL : dlerror(); }

void *late_function(const char *library, const char *name) {
  void *handle = load(library);
  void *function = handle ? dlsym(handle, name) : NULL;
  if (!function) {
    fprintf(stderr, "checkpoint: error while loading shared libraries: %s\n", dlerror());
    _exit(127);
  }
  return function;
}
