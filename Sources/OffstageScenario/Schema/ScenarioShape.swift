import OffstageCore

/// The whole file.
package enum ScenarioShape {
  static let file = ObjectShape([
    FieldShape("name", .text(.plain), isRequired: true, "What is so, as a sentence."),
    FieldShape(
      "site", site, isRequired: true, "Where the site comes from; `${site}` is its origin."),
    FieldShape(
      "profile", .text(.plain),
      "A profile of `offstage open --profile`; without it a fresh one, which goes at the end."),
    FieldShape(
      "permissions",
      .map(
        of: .word(PermissionSetting.allCases.map(\.rawValue)), keys: PermissionWords.all),
      "Permissions of the site by their W3C names."),
    FieldShape(
      "fast-retries", .flag, "Failed syncs are tried again after seconds, and three times at most."),
    FieldShape("timeout", .text(.duration), "How long all of it may take; 2m by itself."),
    FieldShape("steps", .list(.anything), isRequired: true, "What is done, one after the other."),
  ])

  private static let site = ValueShape.oneOf([
    .text(.plain),
    .object(
      ObjectShape(
        [
          FieldShape(
            "url", .text(.plain),
            "A site that is there already or, with `command`, the address that answers once it runs."
          ),
          FieldShape("folder", .text(.plain), "A folder to serve, beside this file."),
          FieldShape(
            "command", .text(.plain),
            "Starts the site; `${port}` and $PORT are a free port. It runs beside this file."),
          FieldShape(
            "answers",
            .map(
              of: .oneOf([
                .number(100...599),
                .object(
                  ObjectShape([
                    FieldShape("status", .number(200...599), "200 by itself."),
                    FieldShape("headers", .map(of: .text(.plain), keys: []), "Header fields."),
                    FieldShape("body", .text(.plain), "What is in it."),
                    FieldShape("bytes", .number(0...100_000_000), "So many bytes are in it."),
                    FieldShape("after", .text(.duration), "How long it waits before it answers."),
                  ])),
              ]), keys: []),
            "What paths of a served folder answer, to any method: a status, or a mapping."),
          FieldShape(
            "within", .text(.duration), "How long `command` may take to answer; 30s by itself."),
        ])),
  ])

  static let stepLimit = 1000
}
