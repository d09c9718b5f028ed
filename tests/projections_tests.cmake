# The oracle and its generator share no code with projections/.
add_library(sijill_model STATIC support/model_case_cells.cc support/model_cells.cc support/model_events.cc support/model_fold.cc support/random_history.cc)
target_include_directories(sijill_model PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(sijill_model PUBLIC nlohmann_json::nlohmann_json PRIVATE sijill_warnings)

sijill_test(fold_prop_test KIND property SOURCES property/fold_prop_test.cc DEPS sijill_memory_rows sijill::projections sijill_model)
sijill_test(suppression_prop_test KIND property SOURCES property/suppression_prop_test.cc DEPS sijill::projections)
sijill_test(projections_test KIND unit
  SOURCES unit/projections/case_machine_test.cc unit/projections/fold_test.cc unit/projections/fold_correction_test.cc unit/projections/kpi_test.cc
          unit/projections/period_test.cc unit/projections/day_index_test.cc unit/projections/packed_text_test.cc
          unit/projections/row_codec_test.cc unit/projections/key_filter_test.cc
          unit/projections/rows_test.cc unit/projections/span_table_test.cc unit/projections/cell_rows_test.cc
  DEPS sijill_memory_rows sijill::projections nlohmann_json::nlohmann_json)
sijill_test(business_time_test KIND unit SOURCES unit/projections/business_time_test.cc
  DEPS sijill_memory_rows sijill::projections sijill::producers nlohmann_json::nlohmann_json)
sijill_test(first_few_test KIND unit SOURCES unit/projections/first_few_test.cc
  DEPS sijill::projections)
sijill_test(work_list_test KIND unit SOURCES unit/projections/work_list_test.cc
  DEPS sijill_memory_rows sijill::projections nlohmann_json::nlohmann_json)
sijill_test(kpi_figures_test KIND unit SOURCES unit/projections/kpi_case_figures_test.cc
          unit/projections/kpi_contact_figures_test.cc unit/projections/kpi_end_figures_test.cc unit/projections/kpi_figures_test.cc
          unit/projections/kpi_hiding_test.cc unit/projections/kpi_pairs_test.cc unit/projections/own_kpi_test.cc
  DEPS sijill_memory_rows sijill::projections nlohmann_json::nlohmann_json)
sijill_test(rows_contract_test KIND contract SOURCES contract/rows_contract_test.cc DEPS sijill_memory_rows sijill::projections)
