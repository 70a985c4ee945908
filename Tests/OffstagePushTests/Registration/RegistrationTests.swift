import OffstageCore
import Protobuf
import Testing

@testable import OffstagePush

/// The bytes are those that a Chromium 156 sent.
@Suite struct RegistrationTests {
  @Test func `a browser's first check-in has no device, a later one its own`() throws {
    let first = ProtobufWriter.message { message in
      message.int(2, 0)
      message.text(3, "1-da39a3ee5e6b4b0d3255bfef95601890afd80709")
      message.message(4) { $0.int(12, 3) }
      message.fixed64(13, 0)
      message.int(14, 3)
    }
    #expect(Checkin(first) == Checkin())
    let later = ProtobufWriter.message { message in
      message.int(2, 77)
      message.message(4) { _ in }
      message.fixed64(13, UInt64.max)
    }
    #expect(Checkin(later) == Checkin(device: 77, securityToken: .max))
    #expect(Checkin(Array("hello".utf8)) == nil)
    #expect(Checkin([]) == nil)
  }

  @Test func `a check-in's response has the three fields that Chromium needs`() {
    let bytes = Checkin.response(
      device: 0x0CF2_9FCD_5834_5FBF, securityToken: 0x3C29_F4EF_5F49_E5BD)
    #expect(bytes.count == 20)
    #expect(bytes.prefix(3) == [0x08, 0x01, 0x39])
    #expect(bytes[11] == 0x41)
  }

  @Test func `a page's subscription is read as the browser posts it`() {
    let body =
      "app=org.chromium.linux&X-subtype=wp:http://localhost:8403/%23CFA7D180-V2&device=5&scope=GCM"
      + "&X-scope=GCM&gmsv=156&appid=fUuQuZgbEp0&sender=BAAB"
    #expect(
      Registration(authorization: "AidLogin 5:6", body: Array(body.utf8))
        == .register(
          device: 5, securityToken: 6,
          MCSRegistration(
            app: "org.chromium.linux", subtype: "wp:http://localhost:8403/#CFA7D180-V2",
            sender: "BAAB", appID: "fUuQuZgbEp0")))
  }

  @Test func `its end is read by its subtype`() {
    let body =
      "app=org.chromium.linux&X-subtype=wp:http://localhost:8403/%23CFA7D180-V2&device=5&delete=true"
      + "&appid=x&sender=*&scope=*&X-scope=*&gmsv=156"
    #expect(
      Registration(authorization: "AidLogin 5:6", body: Array(body.utf8))
        == .unregister(
          device: 5, securityToken: 6, subtype: "wp:http://localhost:8403/#CFA7D180-V2"))
  }

  @Test(
    arguments: [
      (nil, "app=a&device=5&sender=s"), ("AidLogin 5", "app=a&device=5&sender=s"),
      ("AidLogin 5:x", "app=a&device=5&sender=s"), ("AidLogin 7:6", "app=a&device=5&sender=s"),
      ("AidLogin 5:6", "app=a&device=5"), ("AidLogin 5:6", ""), ("Bearer 5:6", "app=a&device=5"),
      ("AidLogin 0:0", "app=a&device=0&sender=s"),
    ] as [(String?, String)])
  func `what is neither is refused`(_ authorization: String?, _ body: String) {
    #expect(Registration(authorization: authorization, body: Array(body.utf8)) == nil)
  }

  @Test func `fields are decoded as forms encode them`() {
    let form = FormFields(Array("a=1+2%2B&b=%C3%A4&a=3&c&%zz=%4".utf8))
    #expect(form["a"] == "1 2+")
    #expect(form["b"] == "ä")
    #expect(form["c"] == "")
    #expect(form["%zz"] == "%4")
    #expect(form["d"] == nil)
  }
}
