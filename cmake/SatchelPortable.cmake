# SATCHEL_PORTABLE: the program, its modules and libsatchel.so run on any x86-64 Linux with glibc 2.28 or newer, and need no other
# library than glibc's and libgcc_s (and, when they are called, libcurl and libarchive). packaging/portable/build.sh uses it; it
# wants SATCHEL_PORTABLE_LIBRARIES, where packaging/portable/libraries.sh has put CryptoMiniSat and simdjson.
set(portable "${PROJECT_SOURCE_DIR}/packaging/portable")

# The functions of packaging/portable/glibc_2_28.c.
set(wrapped
  pthread_create pthread_detach pthread_getspecific pthread_join pthread_key_create pthread_key_delete pthread_once
  pthread_rwlock_rdlock pthread_rwlock_unlock pthread_rwlock_wrlock pthread_setspecific pthread_sigmask
  pthread_cond_clockwait dlerror dlopen dlsym exp exp2 log log2 pow
  stat fstat lstat fstatat stat64 fstat64 lstat64 arc4random
  posix_spawn_file_actions_addchdir_np posix_spawnp)

add_library(satchel_glibc OBJECT "${portable}/glibc_2_28.c")
add_library(satchel_glibc_program OBJECT "${portable}/glibc_2_28.c")
target_compile_definitions(satchel_glibc_program PRIVATE SATCHEL_PROGRAM)
set_target_properties(satchel_glibc satchel_glibc_program PROPERTIES
  POSITION_INDEPENDENT_CODE ON UNITY_BUILD OFF)

foreach(name IN LISTS wrapped)
  list(APPEND wraps "-Wl,--wrap=${name}")
endforeach()
foreach(target satchel satchel_shared satchel_sat satchel_json)
  # Before 2.34 threads and dlopen() are in libraries of their own.
  target_link_options(${target} PRIVATE ${wraps} -static-libstdc++ -Wl,--gc-sections -s
    "SHELL:-Wl,--push-state,--no-as-needed -l:libpthread.so.0 -l:libdl.so.2 -l:libm.so.6 -Wl,--pop-state")
endforeach()
target_sources(satchel PRIVATE $<TARGET_OBJECTS:satchel_glibc_program>)
target_link_options(satchel PRIVATE "-Wl,--wrap=__libc_start_main")
foreach(target satchel_shared satchel_sat satchel_json)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:satchel_glibc>)
  target_link_options(${target} PRIVATE "-Wl,--wrap=stderr" "-Wl,--wrap=stdin" "-Wl,--wrap=stdout")
endforeach()

# Debian's archives are compiled for programs. A library can take them in all the same, as its version script makes their symbols its
# own; but not what refers to a variable of another library (see glibc_2_28.c) or of each thread.
file(GLOB objects "${SATCHEL_PORTABLE_LIBRARIES}/lib/absl_*.o")
set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
target_sources(satchel_shared PRIVATE ${objects})
