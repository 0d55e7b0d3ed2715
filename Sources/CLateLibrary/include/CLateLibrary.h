// Libraries that are loaded when the first of their functions is called. libpq brings 25 libraries with it (for LDAP, Kerberos
// and TLS), libarchive 14, which takes longer than most commands that need neither.

#pragma once

// Says in the program that it loads a library, for those who make packages of it: a note as the Linux Userspace API group
// specifies it ("ELF dlopen metadata"). `name` is what the library's ABI is called on every distribution, such as "libpq.so.5".
#define LATE_LIBRARY(name, feature)                                                                                    \
  __attribute__((used, aligned(4), section(".note.dlopen"))) static const struct {                                     \
    unsigned int owner_size, text_size, type;                                                                          \
    char owner[4];                                                                                                     \
    char text[sizeof(LATE_TEXT(name, feature))];                                                                       \
  } late_note = {4, sizeof(LATE_TEXT(name, feature)), 0x407c0c0a, "FDO", LATE_TEXT(name, feature)};

#define LATE_TEXT(name, feature) "[{\"soname\":[\"" name "\"],\"feature\":\"" feature "\",\"priority\":\"required\"}]"

// One function of a late library, with the signature that the library's own header declares; the compiler compares the two.
// The library is loaded for all threads alike, so it does not matter which of them stores the address. The function is hidden,
// so that the library goes on calling its own.
#define LATE_FUNCTION(library, result, name, parameters, arguments)                                                    \
  __attribute__((visibility("hidden"))) result name parameters {                                                       \
    static __typeof__(&name) function;                                                                                 \
    __typeof__(&name) found = __atomic_load_n(&function, __ATOMIC_ACQUIRE);                                            \
    if (!found) {                                                                                                      \
      found = (__typeof__(&name))late_function(library, #name);                                                        \
      __atomic_store_n(&function, found, __ATOMIC_RELEASE);                                                            \
    }                                                                                                                  \
    return found arguments;                                                                                            \
  }

// The address of a function. Without the library or the function the process ends with 127 and a message, as it does when the
// system's loader misses a library at the start.
__attribute__((visibility("hidden"))) void *late_function(const char *library, const char *name);

// Why a library cannot be loaded; NULL if it can, and then it is.
__attribute__((visibility("hidden"))) const char *late_problem(const char *library);
