internal import HTTPTypes
internal import JSON

/// The API's description (OpenAPI 3.1), made of the routes themselves, so that it says of each what
/// it takes and of no other.
struct OpenAPIDocument: Sendable {
  let routes: [Route]
  let version: String

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("openapi", "3.1.1")
      writer.memberObject("info") { writer in
        writer.member("title", "Offstage")
        writer.member("version", version)
        writer.member("description", Self.description)
        writer.memberObject("license") { writer in
          writer.member("name", "Apache License 2.0")
          writer.member("identifier", "Apache-2.0")
        }
      }
      writer.memberArray("servers") { writer in
        writer.object { $0.member("url", API.root) }
      }
      writer.memberArray("security") { writer in
        writer.object { $0.memberArray("token") { _ in } }
      }
      writePaths(to: &writer)
      writeComponents(to: &writer)
    }
  }

  private static let description = """
    What a browser logged of a web app's background services, as Offstage has recorded it. Events \
    have two orders: “id” is the order of arrival, and the stream's; lists are in the order of time. \
    New members may be added to any answer: a client ignores those that it does not know.
    """

  private func writePaths(to writer: inout JSONWriter) {
    writer.memberObject("paths") { writer in
      var written: Set<String> = []
      for path in routes.map(\.localPath) where written.insert(path).inserted {
        writer.memberObject(path) { writer in
          for route in routes where route.localPath == path {
            writer.key(route.method.rawValue.lowercased())
            route.writeOperation(to: &writer)
          }
        }
      }
    }
  }

  private func writeComponents(to writer: inout JSONWriter) {
    writer.memberObject("components") { writer in
      writer.memberObject("securitySchemes") { writer in
        writer.memberObject("token") { writer in
          writer.member("type", "http")
          writer.member("scheme", "bearer")
          writer.member(
            "description", "In the data folder's running/*.json, while something runs.")
        }
      }
      writer.memberObject("responses") { writer in
        writer.memberObject("Problem") { writer in
          writer.member("description", "Why not (RFC 9457).")
          writer.member(content: [Problem.contentType: .problem])
        }
      }
      writer.memberObject("schemas") { writer in
        for (name, schema) in namedSchemas.sorted(by: { $0.key < $1.key }) {
          writer.key(name)
          schema.write(to: &writer)
        }
      }
    }
  }

  private var namedSchemas: [String: Schema] {
    var named: [String: Schema] = [:]
    Schema.problem.collect(into: &named)
    for route in routes {
      for (_, schema) in route.giving.contents { schema.collect(into: &named) }
      for (_, schema) in route.giving.messages { schema.collect(into: &named) }
      for (_, schema) in route.body?.contents ?? [:] { schema.collect(into: &named) }
      for parameter in route.parameterDescriptions { parameter.schema.collect(into: &named) }
    }
    return named
  }
}
