// The engine's way to the graphics card: Go records what is to be done as numbers, and
// this file turns a record into a command buffer. So a step of training costs one call
// from Go to JavaScript and not three for each kernel. The engine loads it when it
// opens a device.
"use strict";

// letheStream serves one device. params and staged are the buffers that uploads go to;
// no more than ahead command buffers wait for the device.
globalThis.letheStream = (device, params, staged, ahead) => {
  const { queue } = device;
  const things = []; // pipelines, bind groups and buffers, by number
  const waiting = [];
  const slot = new Uint32Array(1);

  const encode = (record, length) => {
    const encoder = device.createCommandEncoder();
    let pass = null;
    let pipeline = -1;
    const end = () => {
      if (pass) pass.end();
      pass = null;
    };
    for (let at = 0; at < length; at += 6) {
      const a = record[at + 1], b = record[at + 2], c = record[at + 3], d = record[at + 4], e = record[at + 5];
      switch (record[at]) {
        case 0: // dispatch: pipeline, bind group, offset of the parameters, workgroups
          if (!pass) {
            pass = encoder.beginComputePass();
            pipeline = -1;
          }
          if (a !== pipeline) pass.setPipeline(things[pipeline = a]);
          slot[0] = c;
          pass.setBindGroup(0, things[b], slot, 0, 1);
          pass.dispatchWorkgroups(d, e);
          break;
        case 1: // copy: from, offset, to, offset, bytes
          end();
          encoder.copyBufferToBuffer(things[a], b, things[c], d, e);
          break;
        case 2: // bring staged bytes: offset, to, offset, bytes
          end();
          encoder.copyBufferToBuffer(staged, a, things[b], c, d);
          break;
        case 3: // clear: buffer, bytes
          end();
          encoder.clearBuffer(things[a], 0, b);
          break;
      }
    }
    end();
    return encoder.finish();
  };

  return {
    set: (number, thing) => { things[number] = thing; },
    // submit returns null, or what to wait for before the next call.
    submit: (record, length, paramBytes, paramLength, stagedBytes, stagedLength) => {
      if (paramLength) queue.writeBuffer(params, 0, paramBytes, 0, paramLength);
      if (stagedLength) queue.writeBuffer(staged, 0, stagedBytes, 0, stagedLength);
      queue.submit([encode(record, length)]);
      waiting.push(queue.onSubmittedWorkDone().catch(() => {}));
      return waiting.length < ahead ? null : waiting.shift();
    },
  };
};
