sijill_test(worker_test KIND unit
  SOURCES unit/consumers/worker_test.cc unit/consumers/other_log_test.cc unit/consumers/changes_test.cc LABELS thread
  DEPS sijill_memory_log sijill::consumers sijill_model)
