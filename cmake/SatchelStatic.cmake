# Every shared library costs time at every start of the program: with those below 6.4 ms, without them 1.9 (ARCHITECTURE.md,
# "Where the time goes"). So where the static library of the same Debian package is there, it is taken instead. Not nettle's,
# whose licence (LGPL) would then bind the whole program.

# Makes the imported `target` stand for the static library beside its shared one. Sets `result` to whether it does.
function(satchel_take_archive target result)
  set(${result} FALSE PARENT_SCOPE)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  if(configurations)
    list(TRANSFORM configurations PREPEND "_")
  else()
    set(configurations "")
  endif()
  foreach(suffix IN LISTS configurations ITEMS "")
    get_target_property(location ${target} IMPORTED_LOCATION${suffix})
    if(location)
      string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive "${location}")
      if(EXISTS "${archive}")
        set_target_properties(${target} PROPERTIES IMPORTED_LOCATION${suffix} "${archive}")
        set_property(GLOBAL APPEND PROPERTY SATCHEL_SHARED_INSTEAD "${location}")  # For libsatchel.so.
        set(${result} TRUE PARENT_SCOPE)
      endif()
    endif()
  endforeach()
endfunction()

get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
list(FILTER imported INCLUDE REGEX "^absl::")
foreach(target IN LISTS imported ITEMS yaml-cpp BZip2::BZip2)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    satchel_take_archive(${target} taken)
  endif()
endforeach()

add_library(zstd::zstd INTERFACE IMPORTED)
if(TARGET zstd::libzstd_static)
  target_link_libraries(zstd::zstd INTERFACE zstd::libzstd_static)
else()
  target_link_libraries(zstd::zstd INTERFACE zstd::libzstd_shared)
endif()

# For reading packages. An archive does not name what it needs itself; this is what libarchive's readers do, which is less than
# what the shared one loads. (Its writers, which tests use, need more: they link LibArchive::LibArchive.)
get_target_property(shared_libarchive LibArchive::LibArchive IMPORTED_LOCATION)
add_library(libarchive::reader UNKNOWN IMPORTED)
set_target_properties(libarchive::reader PROPERTIES
  IMPORTED_LOCATION "${shared_libarchive}"
  INTERFACE_INCLUDE_DIRECTORIES "${LibArchive_INCLUDE_DIRS}")
find_library(LZMA_ARCHIVE liblzma.a)
find_library(ZLIB_ARCHIVE libz.a)
if(LZMA_ARCHIVE AND ZLIB_ARCHIVE)
  satchel_take_archive(libarchive::reader taken)
  if(taken)
    target_link_libraries(libarchive::reader INTERFACE
      "${LZMA_ARCHIVE}" "${ZLIB_ARCHIVE}" BZip2::BZip2 zstd::zstd nettle::nettle)
  endif()
endif()
