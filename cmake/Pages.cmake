# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# Lets PROGRAM write manual pages and completions into FOLDER, as they lie below share/. ALONE: commands that are
# programs of their own; WITHIN: those that are called as `wyvern COMMAND`.
function(write_output file)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_FILE ${file} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "wyvern ${ARGN}: ${status}")
  endif()
endfunction()

unset(ENV{WYVERN_COMPAT})
set(man ${FOLDER}/man/man1)
set(bash ${FOLDER}/bash-completion/completions)
set(zsh ${FOLDER}/zsh/site-functions)
file(MAKE_DIRECTORY ${man} ${bash} ${zsh})
foreach(command IN LISTS ALONE)
  write_output(${man}/${command}.1 manual ${command})
  # bash looks for a file of the command's name.
  write_output(${bash}/${command} completion bash)
endforeach()
foreach(command IN LISTS WITHIN)
  write_output(${man}/wyvern-${command}.1 manual ${command})
endforeach()
write_output(${man}/wyvern.1 manual wyvern)
write_output(${bash}/wyvern completion bash)
write_output(${zsh}/_wyvern completion zsh)
