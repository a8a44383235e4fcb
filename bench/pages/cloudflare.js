// @cloudflare/speedtest with its own measurements, less packet loss, which needs a TURN server.
async ({ source, place }) => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: SpeedTest } = await import(address);
  const steps = [
    ["latency", 1],
    ["download", 1e5, 1, true],
    ["latency", 20],
    ["download", 1e5, 9],
    ["download", 1e6, 8],
    ["upload", 1e5, 8],
    ["upload", 1e6, 6],
    ["download", 1e7, 6],
    ["upload", 1e7, 4],
    ["download", 2.5e7, 4],
    ["upload", 2.5e7, 4],
    ["download", 1e8, 3],
    ["upload", 5e7, 3],
    ["download", 2.5e8, 2],
  ].map(([type, size, count, bypassMinDuration = false]) =>
    type === "latency" ? { type, numPackets: size } : { type, bytes: size, count, bypassMinDuration },
  );
  const results = await new Promise((resolve, reject) => {
    const test = new SpeedTest({
      autoStart: false,
      downloadApiUrl: `${place}/__down`,
      uploadApiUrl: `${place}/__up`,
      logAimApiUrl: `${place}/__results`,
      measurements: steps,
    });
    test.onFinish = resolve;
    test.onError = (error) => reject(new Error(error));
    test.play();
  });
  return {
    down_mbps: results.getDownloadBandwidth() / 1e6,
    up_mbps: results.getUploadBandwidth() / 1e6,
  };
};
