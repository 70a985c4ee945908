"""A made-up log of any length, as many sites' workers would leave it: a file in Offstage's jsonl."""

import json
import random

SOURCE = "5ea2c400-0000-4000-8000-000000000001"
OTHER_SOURCE = "5ea2c400-0000-4000-8000-000000000002"
BEGAN = 1_790_000_000_000_000
DAYS = 20
ORIGINS = [f"https://site{number}.example" for number in range(50)]
RARE_ORIGIN = "https://rare.example"
SYLLABLES = ("ba be bi bo bu da de di do du fa fe ga go ha he hi ka ke ki ko la le li lo lu ma me mi mo "
             "mu na ne ni no nu pa pe po ra re ri ro ru sa se si so su ta te ti to tu va ve vi wa we "
             "wi za ze zo").split()


def vocabulary(generator, size=4000):
    words = set()
    while len(words) < size:
        words.add("".join(generator.choices(SYLLABLES, k=generator.randint(2, 4))))
    return sorted(words)


class Corpus:
    """`planted` maps words to how many events bear them, spread evenly; two more are borne by the
    newest and by the oldest events alone."""

    planted = {"kumquat": 40, "yttrium": 1000, "quokka": 100}
    newest, oldest = "zyzzyva", "oldfashioned"

    def __init__(self, events, seed=1):
        self.events = events
        self.random = random.Random(seed)
        self.words = vocabulary(self.random)
        # Few words are most of what is said.
        weights = [1 / (rank + 5) for rank in range(len(self.words))]
        self.text = self.random.choices(self.words, weights, k=1 << 16)
        self.step = DAYS * 86_400_000_000 // events
        self.made = 0
        self.seldom = min(250_000, events // 4)
        self.last_planted = {}

    def write(self, path):
        with open(path, "w") as file:
            file.write(json.dumps({"format": "offstage/1", "sources": [
                {"id": SOURCE, "name": "work", "browser": "Chrome/156.0.0.0"},
                {"id": OTHER_SOURCE, "name": "seldom", "browser": "Chrome/156.0.0.0"}]}) + "\n")
            lines = []
            for line in self.lines():
                lines.append(line)
                if len(lines) == 10_000:
                    file.write("\n".join(lines) + "\n")
                    lines.clear()
            file.write("".join(line + "\n" for line in lines))

    def lines(self):
        while True:
            for event in self.story():
                if self.made == self.events:
                    return
                yield self.line(*event)
                self.made += 1

    def sentence(self, words):
        start = self.random.randrange(len(self.text) - words)
        said = self.text[start:start + words]
        number = self.made
        for word, times in self.planted.items():
            every = self.events // times
            if number % every < 6 and self.last_planted.get(word) != number // every:
                self.last_planted[word] = number // every
                said = [*said, word]
        if self.events - number < 120:
            said = [*said, self.newest]
        if number < 120:
            said = [*said, self.oldest]
        return " ".join(said)

    def line(self, origin, registration, service, name, instance, metadata):
        at = BEGAN + self.made * self.step + self.random.randrange(self.step)
        source = OTHER_SOURCE if self.made % self.seldom == self.seldom - 1 else SOURCE
        pairs = ",".join(f'{{"key":{json.dumps(key)},"value":{json.dumps(value)}}}'
                         for key, value in metadata)
        return (f'{{"type":"event","source":"{source}","capture":"live","scope":"{origin}/",'
                f'"event":{{"timestamp":{at // 1_000_000}.{at % 1_000_000:06d},"origin":"{origin}/",'
                f'"serviceWorkerRegistrationId":"{registration}","service":"{service}",'
                f'"eventName":"{name}","instanceId":"{instance}","eventMetadata":[{pairs}],'
                f'"storageKey":"{origin}/"}}}}')

    def story(self):
        pick = self.random.random()
        number = int(self.random.random() ** 2 * len(ORIGINS))
        origin = ORIGINS[number]
        if self.made % 100_003 < 3:
            origin, number = RARE_ORIGIN, 99
        site = (origin, str(number))
        if pick < 0.35:
            return self.push(site)
        if pick < 0.6:
            return self.sync(site)
        if pick < 0.7:
            return self.periodic(site)
        if pick < 0.85:
            return self.notification(site)
        if pick < 0.98:
            return self.fetch(site)
        return self.payment(site)

    def push(self, site):
        service = "pushMessaging"
        instance = f"0:{self.random.randrange(10**15, 10**16)}%{self.random.getrandbits(32):08x}"
        order = self.random.randrange(10**7)
        payload = (f'{{"title":"{self.sentence(2)}","body":"{self.sentence(8)}",'
                   f'"order":"A-{order:07d}"}}')
        status = "Success"
        if self.random.random() < 0.03:
            status = "waitUntil Rejected" if self.random.random() < 0.9 else "Timeout"
        yield (*site, service, "Push message received", instance,
               [("Payload", payload), ("Success", "Yes"), ("Was Encrypted", "Yes")])
        yield *site, service, "Push event dispatched", instance, [("Payload", payload)]
        yield *site, service, "Push event completed", instance, [("Status", status)]

    def sync(self, site):
        service = "backgroundSync"
        tag = f"{self.text[self.random.randrange(500)]}-{self.random.randrange(20_000)}"
        yield *site, service, "Registered sync", tag, []
        yield *site, service, "Dispatched sync event", tag, [("Last Chance", "No")]
        yield *site, service, "Sync completed", tag, [("Status", "succeeded")]

    def periodic(self, site):
        service = "periodicBackgroundSync"
        tag = self.text[self.random.randrange(500)]
        yield *site, service, "Got next event delay", tag, [("Next Attempt Delay (ms)", "86399999")]
        yield *site, service, "Registered periodicsync", tag, [("Minimum Interval (ms)", "43200000")]
        yield *site, service, "Dispatched periodicsync event", tag, []

    def notification(self, site):
        service = "notifications"
        tag = f"p#{site[0]}/#0{self.text[self.random.randrange(5000)]}-{self.random.randrange(1000)}"
        yield (*site, service, "Notification displayed", tag,
               [("Body", self.sentence(12)), ("Title", self.sentence(3))])
        if self.random.random() < 0.5:
            yield *site, service, "Notification clicked", tag, []
        yield *site, service, "Notification closed", tag, []

    def fetch(self, site):
        service = "backgroundFetch"
        bits = f"{self.random.getrandbits(128):032x}"
        instance = "-".join([bits[:8], bits[8:12], bits[12:16], bits[16:20], bits[20:]])
        url = f"{site[0]}/media/{self.text[self.random.randrange(5000)]}/{self.random.getrandbits(40):010x}.mp4"
        found = self.random.random() > 0.02
        yield (*site, service, "Background Fetch registered", instance,
               [("Start Paused", "No"), ("Total Requests", "1")])
        yield *site, service, "Background Fetch started", instance, []
        yield (*site, service, "Request processing started", instance,
               [("Request Index", "0"), ("URL", url)])
        yield (*site, service, "Request processing completed", instance,
               [("Request Index", "0"), ("Response Size (bytes)", str(self.random.randrange(10**8))),
                ("Response Status", "200" if found else "404"), ("URL", url)])
        yield (*site, service, "Background Fetch completed", instance,
               [("Event Type", "BackgroundFetchSuccessEvent" if found else "BackgroundFetchFailEvent")])

    def payment(self, site):
        service = "paymentHandler"
        bits = f"{self.random.getrandbits(64):016x}"
        yield (*site, service, "Payment request", bits,
               [("Merchant Top Origin", site[0]), ("Method Name", f"{site[0]}/pay"),
                ("Total Currency", "EUR"), ("Total Value", f"{self.random.randrange(10**5) / 100}")])
        yield *site, service, "Payment response", bits, [("Type", "PAYMENT_EVENT_SUCCESS")]


if __name__ == "__main__":
    import sys
    Corpus(int(sys.argv[1])).write(sys.argv[2])
