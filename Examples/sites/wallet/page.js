const status = document.querySelector("#status");
status.textContent = "Ready";

// Resolves with what became of it.
async function pay(id) {
  const total = { label: "Tea", amount: { currency: "EUR", value: "1.00" } };
  const method = `${location.origin}/pay`;
  const request = new PaymentRequest([{ supportedMethods: method }], { id, total });
  const response = await request.show();
  await response.complete("success");
  status.textContent = "Paid";
  return response.details.token;
}
