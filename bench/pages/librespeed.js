// LibreSpeed's worker as its server hands it out, with its own settings.
async ({ worker }) => {
  const test = new Worker(worker);
  const done = new Promise((resolve, reject) => {
    test.onerror = (event) => reject(new Error(event.message));
    test.onmessage = ({ data }) => {
      const state = JSON.parse(data);
      if (state.testState === 4) resolve(state);
      if (state.testState === 5) reject(new Error("the worker gave up"));
    };
  });
  // as its own page does
  const asking = setInterval(() => test.postMessage("status"), 200);
  test.postMessage("start {}");
  const state = await done.finally(() => clearInterval(asking));
  test.terminate();
  return { down_mbps: Number(state.dlStatus), up_mbps: Number(state.ulStatus) };
};
