import OffstagePush
import Testing

/// The examples of the specifications, in base64url.
enum PushVectors {
  /// RFC 8291, section 5 and appendix A.
  enum RFC8291 {
    static let plaintext = "When I grow up, I want to be a watermelon"
    static let senderPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    static let senderPublic =
      "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
    static let receiverPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    static let receiverPublic =
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    static let auth = "BTBZMqHH6r4Tts7J_aSIgg"
    static let salt = "DGv6ra1nlYgDCS1FRnbzlw"
    static let body =
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
      + "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
      + "a-fN"
  }

  /// draft-ietf-webpush-encryption-04, section 5.
  enum Draft04 {
    static let plaintext = "I am the walrus"
    static let senderPrivate = "nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"
    static let senderPublic =
      "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU"
    static let receiverPrivate = "9FWl15_QUQAWDaD3k3l50ZBZQJ4au27F1V4F0uLSD_M"
    static let receiverPublic =
      "BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU"
    static let auth = "R29vIGdvbyBnJyBqb29iIQ"
    static let salt = "lngarbyKfMoi9Z75xYXmkg"
    static let body = "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"
  }

  /// RFC 8188, section 3.1 and section 3.2, each of "I am the walrus".
  enum RFC8188 {
    static let key1 = "yqdlZ-tYemfogSmv7Ws5PQ"
    static let salt1 = "I1BsxtFttlv3u_Oo94xnmw"
    static let body1 = "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"
    static let key2 = "BO3ZVPxUlnLORbVGMpbT1Q"
    static let salt2 = "uNCkWiNYzKTnBN9ji3-qWA"
    static let body2 =
      "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA"
  }

  static func bytes(_ text: String) -> [UInt8] { Base64URL.decode(text) ?? [] }
}

extension [UInt8] {
  /// As text.
  var text: String { String(decoding: self, as: UTF8.self) }
}
