import Foundation

/// The protocol as the browser describes it at /json/protocol.
struct ProtocolDescription: Codable {
  var browser: String?
  var version: Version
  var domains: [Domain]

  struct Version: Codable {
    var major: String
    var minor: String
  }

  struct Domain: Codable {
    var domain: String
    var description: String?
    var types: [TypeDescription]?
    var commands: [Command]?
    var events: [Event]?
  }

  struct TypeDescription: Codable {
    var id: String
    var description: String?
    var type: String
    var `enum`: [String]?
    var properties: [Property]?
    var items: Items?
  }

  struct Command: Codable {
    var name: String
    var description: String?
    var parameters: [Property]?
    var returns: [Property]?
  }

  struct Event: Codable {
    var name: String
    var description: String?
    var parameters: [Property]?
  }

  struct Property: Codable {
    var name: String
    var description: String?
    var type: String?
    var reference: String?
    var optional: Bool?
    var `enum`: [String]?
    var items: Items?

    enum CodingKeys: String, CodingKey {
      case name, description, type, optional, `enum`, items
      case reference = "$ref"
    }
  }

  struct Items: Codable {
    var type: String?
    var reference: String?
    var `enum`: [String]?

    enum CodingKeys: String, CodingKey {
      case type, `enum`
      case reference = "$ref"
    }
  }
}
