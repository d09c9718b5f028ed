sijill_fuzz(decoder_fuzz SOURCES decoder_fuzz.cc DEPS sijill::events)
sijill_fuzz(envelope_fuzz SOURCES envelope_fuzz.cc DEPS sijill::events)
sijill_fuzz(http_head_fuzz SOURCES http_head_fuzz.cc DEPS sijill::api)
sijill_fuzz(period_fuzz SOURCES period_fuzz.cc DEPS sijill::projections)
