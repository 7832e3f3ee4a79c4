# Debian 12's packages; README.md has the table of what each is for.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(absl CONFIG REQUIRED)                 # No version: Debian's config accepts only the exact one.
if(SATCHEL_PORTABLE)
  foreach(name cryptominisat5 simdjson)
    add_library(${name}::${name} STATIC IMPORTED)
    set_target_properties(${name}::${name} PROPERTIES
      IMPORTED_LOCATION "${SATCHEL_PORTABLE_LIBRARIES}/lib/lib${name}.a"
      INTERFACE_INCLUDE_DIRECTORIES "${SATCHEL_PORTABLE_LIBRARIES}/include")
  endforeach()
else()
  find_package(simdjson 3.0 CONFIG REQUIRED)
  find_package(cryptominisat5 5.11 CONFIG REQUIRED)
endif()
find_package(zstd 1.5 CONFIG REQUIRED)
find_package(BZip2 REQUIRED)
find_package(LibArchive 3.6 REQUIRED)
find_package(yaml-cpp 0.7 CONFIG REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
if(SATCHEL_BUILD_TESTS)
  find_package(GTest 1.12 CONFIG REQUIRED)
endif()
if(SATCHEL_BUILD_BENCH)
  find_package(benchmark 1.7 CONFIG REQUIRED)
endif()

# yaml-cpp 0.7 exports a target without a namespace; give it one so that a typo is a configure error.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
if(NOT TARGET cryptominisat5::cryptominisat5)
  add_library(cryptominisat5::cryptominisat5 ALIAS cryptominisat5)
endif()

# Debian's xxHash has no CMake package; only its header is used.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(xxhash::xxhash INTERFACE IMPORTED)
set_target_properties(xxhash::xxhash PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES "${XXHASH_INCLUDE_DIR}")

find_path(NETTLE_INCLUDE_DIR nettle/sha2.h REQUIRED)
find_library(NETTLE_LIBRARY nettle REQUIRED)
add_library(nettle::nettle UNKNOWN IMPORTED)
set_target_properties(nettle::nettle PROPERTIES
  IMPORTED_LOCATION "${NETTLE_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${NETTLE_INCLUDE_DIR}")

# PCRE2's own CMake package is not in Debian.
find_path(PCRE2_INCLUDE_DIR pcre2.h REQUIRED)
find_library(PCRE2_LIBRARY pcre2-8 REQUIRED)
add_library(pcre2::pcre2 UNKNOWN IMPORTED)
set_target_properties(pcre2::pcre2 PROPERTIES
  IMPORTED_LOCATION "${PCRE2_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${PCRE2_INCLUDE_DIR}")

# Only the headers of toml++: Debian's target is a shared library, one more to load at each start.
find_path(TOML_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(toml_headers INTERFACE IMPORTED)
set_target_properties(toml_headers PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES "${TOML_INCLUDE_DIR}"
  INTERFACE_COMPILE_DEFINITIONS "TOML_HEADER_ONLY=1;TOML_EXCEPTIONS=0;TOML_ENABLE_UNRELEASED_FEATURES=1")  # Errors are values; TOML 1.1.

# libcurl is loaded on demand (frontend/fetch/curl_library.h): only its header is used here.
add_library(curl_headers INTERFACE IMPORTED)
set_target_properties(curl_headers PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES "${CURL_INCLUDE_DIRS}")

include(SatchelStatic)
include(SatchelLoaded)
