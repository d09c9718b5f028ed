sijill_fuzz(decoder_fuzz SOURCES decoder_fuzz.cc DEPS sijill::events)
sijill_fuzz(envelope_fuzz SOURCES envelope_fuzz.cc DEPS sijill::events)
# These name the sources that they judge, not the library: the rest of it would be built for nothing.
sijill_fuzz(http_head_fuzz
  SOURCES http_head_fuzz.cc ${PROJECT_SOURCE_DIR}/api/http.cc ${PROJECT_SOURCE_DIR}/api/http_head.cc ${PROJECT_SOURCE_DIR}/api/text.cc
  DEPS sijill::events)
sijill_fuzz(period_fuzz
  SOURCES period_fuzz.cc ${PROJECT_SOURCE_DIR}/projections/period.cc ${PROJECT_SOURCE_DIR}/projections/local_time.cc
  DEPS sijill::events date::date-tz)
sijill_fuzz(csv_fuzz
  SOURCES csv_fuzz.cc ${PROJECT_SOURCE_DIR}/producers/csv_reader.cc ${PROJECT_SOURCE_DIR}/producers/csv_values.cc
  DEPS sijill::events date::date-tz)
