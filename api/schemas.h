#pragma once
// api/schemas.h - the JSON Schemas of events and answers, as they stand in the OpenAPI document.

#include <string_view>

namespace sijill::api {

/// The value of components.schemas: an object of JSON Schemas (2020-12), one for each name that a
/// route gives, what they refer to, CloudEvent and Problem.
inline constexpr std::string_view kSchemas = R"json({
 "Identifier": {"type": "string", "pattern": "^[!-~]{1,128}$"},
 "CloudEvent":
  {
   "type": "object",
   "description": "An event; /v1/schemas/{type} says what its data must be",
   "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
   "properties":
    {
     "specversion": {"const": "1.0"},
     "id": {"$ref": "#/components/schemas/Identifier"},
     "source": {"$ref": "#/components/schemas/Identifier"},
     "type": {"type": "string", "description": "One that /v1/asyncapi.json lists"},
     "subject": {"$ref": "#/components/schemas/Identifier"},
     "time": {"type": "string", "format": "date-time"},
     "datacontenttype": {"type": "string"},
     "actor": {"type": "string", "pattern": "^(agent|system|citizen|department):[!-~]+$"},
     "expectedversion": {"type": "integer", "minimum": 0},
     "data": {"type": "object"}}},
 "Position":
  {
   "type": "string",
   "description": "partition:offset of each partition: the answer folds all before",
   "pattern": "^([0-9]+:[0-9]+(,[0-9]+:[0-9]+)*)?$"},
 "AsOf":
  {
   "type": ["string", "null"],
   "format": "date-time",
   "description": "Append time of the last event folded"},
 "Lag":
  {
   "type": "object",
   "required": ["records", "seconds"],
   "properties":
    {
     "records": {"type": "integer", "minimum": 0},
     "seconds":
      {
       "type": "number",
       "minimum": 0,
       "description": "At most so old is what is not folded; 0 before anything was"}}},
 "Problem":
  {
   "type": "object",
   "required": ["type", "title", "status", "detail"],
   "properties":
    {
     "type": {"type": "string"},
     "title": {"type": "string"},
     "status": {"type": "integer"},
     "detail": {"type": "string"},
     "errors":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["code", "detail"],
         "properties":
          {
           "pointer": {"type": "string"},
           "parameter": {"type": "string"},
           "code": {"type": "string"},
           "detail": {"type": "string"}}}}}},
 "Appended":
  {
   "type": "object",
   "properties":
    {
     "id": {"type": "string"},
     "partition": {"type": "integer"},
     "offset": {"type": "integer"},
     "position": {"$ref": "#/components/schemas/Position"},
     "duplicate": {"type": "boolean"},
     "verdict":
      {"type": "string", "description": "With Prefer: wait: what the fold made of the event"},
     "items":
      {
       "type": "array",
       "description": "Of a batch: one result for each event, in order",
       "items":
        {
         "type": "object",
         "required": ["status"],
         "properties":
          {
           "status": {"type": "integer"},
           "id": {"type": "string"},
           "partition": {"type": "integer"},
           "offset": {"type": "integer"},
           "problem": {"$ref": "#/components/schemas/Problem"}}}}}},
 "Validity":
  {
   "type": "object",
   "required": ["valid"],
   "properties":
    {
     "valid": {"type": "boolean"},
     "items":
      {
       "type": "array",
       "description": "Of a batch: for each event its id, or what is wrong with it",
       "items":
        {
         "type": "object",
         "properties":
          {
           "id": {"type": "string"},
           "status": {"type": "integer"},
           "problem": {"$ref": "#/components/schemas/Problem"}}}}}},
 "Positions":
  {
   "type": "object",
   "required": ["position", "asOf", "lag", "partitions"],
   "properties":
    {
     "position": {"$ref": "#/components/schemas/Position"},
     "asOf": {"$ref": "#/components/schemas/AsOf"},
     "lag": {"$ref": "#/components/schemas/Lag"},
     "partitions":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["partition", "next", "end"],
         "properties":
          {
           "partition": {"type": "integer"},
           "next": {"type": "integer"},
           "end": {"type": "integer"}}}}}},
 "Document": {"type": "object"},
 "ProblemKind":
  {
   "type": "object",
   "required": ["name", "status", "title", "remedy"],
   "properties":
    {
     "name": {"type": "string"},
     "status": {"type": "integer"},
     "title": {"type": "string"},
     "remedy": {"type": "string"}}},
 "Version":
  {
   "type": "object",
   "required": ["version"],
   "properties": {"version": {"type": "string"}, "foldVersion": {"type": "integer"}}},
 "CaseList":
  {
   "type": "object",
   "required": ["items", "next", "position", "asOf", "lag"],
   "properties":
    {
     "items":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["case", "status", "kind", "opened"],
         "properties":
          {
           "case": {"type": "string"},
           "status": {"type": "string"},
           "kind": {"type": "string"},
           "opened": {"type": "string", "format": "date-time"}}}},
     "next":
      {
       "type": ["string", "null"],
       "description": "A page may be short or empty while there is a next one"},
     "position": {"$ref": "#/components/schemas/Position"},
     "asOf": {"$ref": "#/components/schemas/AsOf"},
     "lag": {"$ref": "#/components/schemas/Lag"}}},
 "Case":
  {
   "type": "object",
   "required": ["case", "status", "version", "kind", "openedAt", "position", "asOf", "lag"],
   "properties":
    {
     "case": {"type": "string"},
     "status": {"type": "string"},
     "version": {"type": "integer"},
     "kind": {"type": "string"},
     "openedAt": {"type": "string", "format": "date-time"},
     "referrals":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["id", "department", "status", "requestedAt", "dueAt", "reminders"],
         "properties":
          {
           "id": {"type": "string"},
           "department": {"type": "string"},
           "status": {"type": "string"},
           "requestedAt": {"type": "string", "format": "date-time"},
           "dueAt": {"type": ["string", "null"], "format": "date-time"},
           "reminders": {"type": "integer"}}}},
     "position": {"$ref": "#/components/schemas/Position"},
     "asOf": {"$ref": "#/components/schemas/AsOf"},
     "lag": {"$ref": "#/components/schemas/Lag"}}},
 "CaseEvents":
  {
   "type": "object",
   "required": ["case", "items", "next"],
   "properties":
    {
     "case": {"type": "string"},
     "items":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["partition", "offset", "appended", "time", "type", "id", "verdict"],
         "properties":
          {
           "partition": {"type": "integer"},
           "offset": {"type": "integer"},
           "appended": {"type": "string", "format": "date-time"},
           "time": {"type": "string", "format": "date-time"},
           "type": {"type": "string"},
           "actor": {"type": "string"},
           "id": {"type": "string"},
           "verdict":
            {
             "type": "string",
             "enum":
              ["applied", "voided", "illegal-transition", "version-conflict", "invalid-patch",
               "too-many-corrections"],
             "description":
              "What the fold makes of it now; voided: a later event.voided took it away"}}}},
     "next":
      {
       "type": ["string", "null"],
       "description": "A page may be short while there is a next one"}}},
 "KpiCatalogue":
  {
   "type": "object",
   "required": ["items"],
   "properties":
    {
     "items":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["id", "name", "definition", "unit", "dimensions"],
         "properties":
          {
           "id": {"type": "string"},
           "name": {"$ref": "#/components/schemas/Wording"},
           "definition": {"$ref": "#/components/schemas/Wording"},
           "definitionVersion": {"type": "integer"},
           "unit": {"type": "string"},
           "basis": {"type": "string"},
           "meanOfMonths":
            {
             "type": "boolean",
             "description": "A figure is the mean of its months: nothing is listed behind it"},
           "dimensions": {"type": "array", "items": {"type": "string"}},
           "bases": {"type": "array", "items": {"type": "string"}},
           "variants": {"type": "array", "items": {"type": "string"}}}}}}},
 "Wording":
  {
   "type": "object",
   "required": ["en", "ar"],
   "properties": {"en": {"type": "string"}, "ar": {"type": "string"}}},
 "Period":
  {
   "type": "object",
   "required": ["id", "start", "end", "timeZone"],
   "properties":
    {
     "id": {"type": "string"},
     "start": {"type": "string", "format": "date"},
     "end": {"type": "string", "format": "date", "description": "Its last day"},
     "timeZone": {"type": "string"}}},
 "KpiValues":
  {
   "type": "object",
   "required": ["kpi", "observations", "position", "asOf", "lag"],
   "properties":
    {
     "kpi": {"type": "string"},
     "observations":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required":
          [
           "kpi",
           "period",
           "filters",
           "numerator",
           "denominator",
           "value",
           "unit",
           "definition",
           "definitionVersion"],
         "properties":
          {
           "kpi": {"type": "string"},
           "name": {"type": "string"},
           "period": {"$ref": "#/components/schemas/Period"},
           "filters": {"type": "object", "additionalProperties": {"type": "string"}},
           "base": {"type": "string"},
           "variant": {"type": "string"},
           "compare":
            {
             "$ref": "#/components/schemas/Period",
             "description": "The period that this one is compared with"},
           "now": {"$ref": "#/components/schemas/KpiFigure"},
           "before": {"$ref": "#/components/schemas/KpiFigure"},
           "numerator": {"type": ["integer", "null"], "description": "null: suppressed"},
           "denominator": {"type": ["integer", "null"]},
           "value":
            {
             "type": ["number", "null"],
             "description":
              "With compare: percent of before's size, never points; above 0: it rose"},
           "prints": {"type": "string"},
           "suppressed":
            {
             "const": true,
             "description":
              "It is of fewer than kpi.minimum_cell_size, or such a figure would follow from it"},
           "target": {"$ref": "#/components/schemas/Target"},
           "unit": {"type": "string"},
           "definition": {"type": "string"},
           "definitionVersion": {"type": "integer"},
           "by": {"type": "string", "description": "The dimension of the rows"},
           "rows":
            {
             "type": "array",
             "items":
              {
               "type": "object",
               "required": ["label", "numerator", "denominator", "value", "prints"],
               "properties":
                {
                 "label": {"type": "string"},
                 "numerator": {"type": ["integer", "null"]},
                 "denominator": {"type": ["integer", "null"]},
                 "value": {"type": ["number", "null"]},
                 "suppressed": {"const": true},
                 "prints": {"type": "string"},
                 "before": {"$ref": "#/components/schemas/KpiFigure"},
                 "target": {"$ref": "#/components/schemas/Target"}}}}}}},
     "position": {"$ref": "#/components/schemas/Position"},
     "asOf": {"$ref": "#/components/schemas/AsOf"},
     "lag": {"$ref": "#/components/schemas/Lag"}}},
 "KpiFigure":
  {
   "type": "object",
   "description": "Of one of two periods that are compared",
   "required": ["numerator", "denominator", "value", "prints"],
   "properties":
    {
     "numerator": {"type": ["integer", "null"], "description": "null: suppressed"},
     "denominator": {"type": ["integer", "null"]},
     "value": {"type": ["number", "null"], "description": "In the KPI's unit"},
     "suppressed": {"const": true},
     "prints": {"type": "string"},
     "change":
      {
       "type": "string",
       "description": "Of before: how much larger the later figure is, relative to its size"}}},
 "Target":
  {
   "type": "object",
   "description": "What the site's configuration wants of this figure; absent where nothing",
   "required": ["bound", "direction", "department", "prints", "missed"],
   "properties":
    {
     "bound": {"type": "number", "description": "In the KPI's unit"},
     "direction": {"enum": ["at_least", "at_most"]},
     "department": {"type": "string", "description": "Who is asked when it is missed"},
     "prints": {"type": "string"},
     "missed": {"type": ["boolean", "null"], "description": "null: the figure is suppressed"}}},
 "KpiCases":
  {
   "type": "object",
   "required": ["kpi", "sum", "next", "items"],
   "properties":
    {
     "kpi": {"type": "string"},
     "sum": {"type": "integer", "description": "Of all pages: the side of the figure"},
     "next":
      {
       "type": ["string", "null"],
       "description": "A page may be short or empty while there is a next one"},
     "items":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["kind", "subject", "amount"],
         "properties":
          {
           "kind": {"type": "string"},
           "subject": {"type": "string"},
           "amount": {"type": "integer"}}}}}},
 "Anomalies":
  {
   "type": "object",
   "required": ["items", "next"],
   "properties":
    {
     "next": {"type": ["string", "null"]},
     "items":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["partition", "offset", "reason", "sha256"],
         "properties":
          {
           "partition": {"type": "integer"},
           "offset": {"type": "integer"},
           "reason": {"type": "string"},
           "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}}}}}}
)json";

}  // namespace sijill::api
