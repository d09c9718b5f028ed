#pragma once
// api/period_schemas.h - the JSON Schemas of what is published of a period and followed up by
// departments; as api/schemas.h.

#include <string_view>

namespace sijill::api {

inline constexpr std::string_view kPeriodSchemas = R"json({
 "FollowUps":
  {
   "type": "object",
   "required":
   ["department", "at", "counts", "openByAge", "next", "items", "position", "asOf", "lag"],
   "properties":
    {
     "department": {"type": "string"},
     "at":
      {
       "type": "string",
       "format": "date-time",
       "description": "When ages and what is overdue were taken"},
     "counts":
      {
       "type": "object",
       "description": "Of all follow-ups of the department; overdue ones are open ones too",
       "additionalProperties": {"type": "integer", "minimum": 0}},
     "openByAge":
      {
       "type": "object",
       "description": "Open ones by whole days since they were referred",
       "additionalProperties": {"type": "integer", "minimum": 0}},
     "next":
      {
       "type": ["string", "null"],
       "description": "Cursor of the next page; null when this is the last"},
     "items":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required":
          [
           "status",
           "timing",
           "due",
           "days",
           "referred",
           "settled",
           "kind",
           "subject",
           "referral",
           "about",
           "period",
           "figure",
           "link"],
         "properties":
          {
           "status":
            {
             "enum":
              ["waiting", "accepted", "answered", "returned", "declined", "recalled", "closed"]},
           "timing":
            {
             "enum": ["", "in-time", "overdue", "late"],
             "description": "Empty without a due date; late is what was settled too late"},
           "due": {"type": "string", "description": "RFC 3339; empty without a due date"},
           "days":
            {
             "type": "integer",
             "description": "Whole days since it was referred, or until it was settled"},
           "referred": {"type": "string", "format": "date-time"},
           "settled": {"type": "string", "description": "RFC 3339; empty while it is open"},
           "kind": {"enum": ["case", "kpi-referral"]},
           "subject": {"type": "string"},
           "referral": {"type": "string", "description": "Of a case; empty for a figure"},
           "about": {"type": "string", "description": "The kind of the case, or the KPI"},
           "period": {"type": "string", "description": "Of the figure"},
           "figure": {"type": "string", "description": "With its target; empty for a case"},
           "link":
            {
             "type": "string",
             "description": "The route that opens it; empty where it would not for the asker"}}}},
     "position": {"$ref": "#/components/schemas/Position"},
     "asOf": {"$ref": "#/components/schemas/AsOf"},
     "lag": {"$ref": "#/components/schemas/Lag"}}},
 "FollowUpStep":
  {
   "type": "object",
   "required": ["step", "subject"],
   "additionalProperties": false,
   "properties":
    {
     "step": {"enum": ["accept", "answer", "return", "decline", "close"]},
     "subject": {"$ref": "#/components/schemas/Identifier"},
     "referral": {"$ref": "#/components/schemas/Identifier"},
     "outcome": {"type": "string"},
     "reason": {"type": "string"},
     "cause": {"type": "string"},
     "action": {"type": "string"}}},
 "Report":
  {
   "type": "object",
   "required": ["period", "previous", "digest", "revision", "figures", "followUps"],
   "properties":
    {
     "period": {"$ref": "#/components/schemas/Period"},
     "previous": {"type": "string", "description": "The period that before is of"},
     "department": {"type": "string"},
     "digest": {"type": "string", "description": "SHA-256 of every line with its figure"},
     "revision":
      {
       "type": ["object", "null"],
       "description": "What was published last of the period",
       "properties": {"number": {"type": "integer"}, "digest": {"type": "string"}}},
     "figures":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required":
         ["kpi", "name", "section", "period", "numerator", "denominator", "prints", "before"],
         "properties":
          {
           "kpi": {"type": "string"},
           "name": {"type": "string"},
           "section": {"type": "string"},
           "period": {"type": "string"},
           "filters": {"type": "object", "additionalProperties": {"type": "string"}},
           "numerator": {"type": ["integer", "null"], "description": "null: suppressed"},
           "denominator": {"type": ["integer", "null"]},
           "suppressed": {"const": true},
           "target": {"$ref": "#/components/schemas/Target"},
           "prints": {"type": "string"},
           "before":
            {
             "type": ["object", "null"],
             "properties":
              {
               "numerator": {"type": ["integer", "null"]},
               "denominator": {"type": ["integer", "null"]},
               "suppressed": {"const": true},
               "prints": {"type": "string"},
               "change": {"type": "string"}}}}}},
     "followUps":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["department", "counts"],
         "properties":
          {
           "department": {"type": "string"},
           "counts": {"type": "object", "additionalProperties": {"type": "integer"}}}}},
     "items": {"type": "array", "items": {"type": "object"}}}},
 "PublishedPeriod":
  {
   "type": "object",
   "required":
    ["period", "standing", "version", "digest", "rules", "revisions", "position", "asOf", "lag"],
   "properties":
    {
     "period": {"$ref": "#/components/schemas/Period"},
     "standing":
      {
       "enum": ["open", "sealed", "changed", "other-rules"],
       "description": "changed: its figures are not those of the last revision any more"},
     "version":
      {"type": "integer", "description": "of the period as a subject: its next event expects it"},
     "digest": {"type": "string", "description": "SHA-256 of every figure as it is now"},
     "rules": {"type": "string", "description": "SHA-256 of what the figures follow from"},
     "revisions":
      {
       "type": "array",
       "items":
        {
         "type": "object",
         "required": ["number", "at", "digest", "position", "rules"],
         "properties":
          {
           "number": {"type": "integer"},
           "at": {"type": "string", "format": "date-time"},
           "digest": {"type": "string"},
           "position": {"$ref": "#/components/schemas/Position"},
           "rules": {"type": ["string", "null"]}}}},
     "position": {"$ref": "#/components/schemas/Position"},
     "asOf": {"$ref": "#/components/schemas/AsOf"},
     "lag": {"$ref": "#/components/schemas/Lag"}}}
})json";

}  // namespace sijill::api
