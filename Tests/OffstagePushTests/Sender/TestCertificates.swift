/// Certificates of push services in tests, good for a hundred years and for nothing else.
enum TestCertificates {
  struct Pair: Sendable {
    var certificate: String
    var key: String
  }

  /// For localhost and 127.0.0.1.
  static let loopback = Pair(
    certificate: """
      -----BEGIN CERTIFICATE-----
      MIIBtTCCAVygAwIBAgIUcfZ1OUyNGRyFL+Z++psz2B30cYswCgYIKoZIzj0EAwIw
      IzEhMB8GA1UEAwwYYSBwdXNoIHNlcnZpY2Ugb2YgYSB0ZXN0MCAXDTI2MTEyNjA4
      MDgwNVoYDzIxMjYxMTAyMDgwODA1WjAjMSEwHwYDVQQDDBhhIHB1c2ggc2Vydmlj
      ZSBvZiBhIHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQQC89/8Lyf1WD4
      rjc8GzI/3caCnwr1Y8M6jlwhzC8rnx7PoGXX37efAxTCjJcqkqPnYj8Nd6KR3RTW
      MeVQ5OpYo2wwajAdBgNVHQ4EFgQUq4JhaPM2OsSmvyxx6gCv8n5BoWowHwYDVR0j
      BBgwFoAUq4JhaPM2OsSmvyxx6gCv8n5BoWowGgYDVR0RBBMwEYIJbG9jYWxob3N0
      hwR/AAABMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDRwAwRAIgd1P3zUULn+fR
      +1V1mELe7RJTnut3YbuM6Y3z0g8nAsMCIF1yCAwsz8y1aMTfOiWqWfiBI+wIi8QO
      mMgRd69iYEUk
      -----END CERTIFICATE-----

      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/mvNSvL1rcKWf+c1
      5CiG453tJH9iBqJRjWsEYUgySPahRANCAAQQC89/8Lyf1WD4rjc8GzI/3caCnwr1
      Y8M6jlwhzC8rnx7PoGXX37efAxTCjJcqkqPnYj8Nd6KR3RTWMeVQ5OpY
      -----END PRIVATE KEY-----

      """)

  /// For another host.
  static let elsewhere = Pair(
    certificate: """
      -----BEGIN CERTIFICATE-----
      MIIBnTCCAUOgAwIBAgIUS7LJ9kotFcQ3BttkncJOyHi3AKEwCgYIKoZIzj0EAwIw
      FDESMBAGA1UEAwwJZWxzZXdoZXJlMCAXDTI2MTEyNjA4MDgwNVoYDzIxMjYxMTAy
      MDgwODA1WjAUMRIwEAYDVQQDDAllbHNld2hlcmUwWTATBgcqhkjOPQIBBggqhkjO
      PQMBBwNCAATlHgeD5SX8X5ahE6aOyDIaFen0q5aPDFr/kTK2FdPxF3+8JOcVD36D
      R/ZMEdAdiJCEIDkQQ5LsocnklKpGVDp5o3EwbzAdBgNVHQ4EFgQUsw5z4bjTEEat
      ABsT5sNd5ZcNZX4wHwYDVR0jBBgwFoAUsw5z4bjTEEatABsT5sNd5ZcNZX4wDwYD
      VR0TAQH/BAUwAwEB/zAcBgNVHREEFTATghFlbHNld2hlcmUuZXhhbXBsZTAKBggq
      hkjOPQQDAgNIADBFAiEAk59+A0P436/FhaXnRknEstPgpzt5qItauXRXmiScJHEC
      IGKY/F2JcWBA65zMzILPPo9NsIUW1Rv/ogbeKbeXTYP5
      -----END CERTIFICATE-----

      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc3swbTRao7gwO0SU
      m1Tj/d9MIZFmGjI8MJKuUtxnoSmhRANCAATlHgeD5SX8X5ahE6aOyDIaFen0q5aP
      DFr/kTK2FdPxF3+8JOcVD36DR/ZMEdAdiJCEIDkQQ5LsocnklKpGVDp5
      -----END PRIVATE KEY-----

      """)
}
